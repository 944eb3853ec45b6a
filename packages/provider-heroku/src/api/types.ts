// Made from packages/fake-hosts/contracts/heroku.json by scripts/contracts.mjs.
// https://github.com/heroku/typescript-api-schema/blob/0c6d52d/tests/__fixtures__/heroku-schema-3.sdk.json (3.sdk, 2026-08-21, MIT)

export interface Account {
  allow_tracking?: boolean;
  beta?: boolean;
  created_at?: string;
  email: string;
  federated?: boolean;
  id: string;
  identity_provider?: {
    id?: string;
    name?: string;
    team?: {
      name?: string;
    };
    organization?: {
      name?: string;
    };
    owner?: {
      id: string;
      name?: string;
      type: "team" | "enterprise-account";
    };
  } | null;
  last_login?: string | null;
  name?: string | null;
  sms_number?: string | null;
  suspended_at?: string | null;
  delinquent_at?: string | null;
  two_factor_authentication?: boolean;
  updated_at?: string;
  verified?: boolean;
  country_of_residence?: string | null;
  eco_dynos_enabled?: boolean;
  eco_dynos_shutdown_at?: string | null;
  pipeline_cost_consent_at?: string | null;
  acknowledged_msa?: boolean;
  acknowledged_msa_at?: string | null;
  italian_customer_terms?: string | null;
  italian_partner_terms?: string | null;
  mfa_enabled?: boolean;
  mfa_exemption?: boolean;
  mfa_exemption_reason?: string | null;
  mfa_experience?: "vaas" | "legacy";
  default_organization?: {
    id?: string;
    name?: string;
  } | null;
  default_team?: {
    id?: string;
    name?: string;
  } | null;
}

export interface AddOn {
  actions: readonly { [key: string]: unknown }[];
  addon_service:
    | {
        id?: string;
        name?: string;
      }
    | AddOnService;
  billing_entity: {
    id?: string;
    name?: string;
    type?: "app" | "team";
  };
  app: {
    id?: string;
    name?: string;
  };
  billed_price: {
    cents?: number;
    contract?: boolean;
    metered?: boolean;
    unit?: string;
  } | null;
  config_vars: readonly string[];
  created_at: string;
  id: string;
  name: string;
  plan: {
    id?: string;
    name?: string;
    meters?: readonly {
      id?: string;
      name?: string;
      price_cents?: string;
      billing_description?: string;
    }[];
  };
  provider_id: string;
  provision_message?: string;
  state: "provisioning" | "provisioned" | "deprovisioned";
  updated_at: string;
  web_url: string | null;
}

export interface AddOnService {
  cli_plugin_name?: string | null;
  created_at?: string;
  human_name?: string;
  id?: string;
  name?: string;
  state?: "alpha" | "beta" | "ga" | "shutdown";
  supports_multiple_installations?: boolean;
  supports_sharing?: boolean;
  updated_at?: string;
  supported_generations?: readonly {
    name?: string;
    id?: string;
  }[];
}

export interface App {
  acm?: boolean;
  archived_at?: string | null;
  base_image_name?: string | null;
  build_stack: {
    id: string;
    name: string;
  };
  buildpack_provided_description?: string | null;
  buildpacks?:
    | readonly {
        id?: string;
        version?: string;
        homepage?: string;
      }[]
    | null;
  created_at?: string;
  current_build_architecture?: readonly unknown[];
  generation?:
    | string
    | {
        id?: string;
        name?: string;
      };
  git_url?: string;
  id: string;
  internal_routing?: boolean | null;
  maintenance?: boolean;
  name: string;
  owner?: {
    email?: string;
    id?: string;
  };
  organization?: {
    id?: string;
    name?: string;
  } | null;
  team?: {
    id?: string;
    name?: string;
  } | null;
  region: {
    id: string;
    name: string;
  };
  released_at?: string | null;
  repo_size?: number | null;
  slug_size?: number | null;
  space?: {
    id?: string;
    name?: string;
    shield?: boolean;
  } | null;
  stack: {
    id: string;
    name: string;
  };
  updated_at?: string;
  web_url: string | null;
}

export interface AppCreateRequest {
  name: string;
  region?: string;
  stack?: string;
  feature_flags?: readonly string[];
}

export interface AppUpdateRequest {
  build_stack?: string;
  maintenance?: boolean;
  name?: string;
}

export interface Build {
  app?: {
    id?: string;
  };
  buildpacks?:
    | readonly {
        url?: string;
        name?: string;
      }[]
    | null;
  created_at: string;
  id: string;
  labs?: { [key: string]: boolean };
  output_stream_url?: string;
  source_blob: {
    checksum?: string | null;
    url?: string;
    version?: string | null;
    version_description?: string | null;
  };
  release?: {
    id?: string;
  } | null;
  slug?: {
    id?: string;
  } | null;
  stack?: string;
  status: "failed" | "pending" | "succeeded";
  updated_at: string;
  user: {
    id?: string;
    email?: string;
  };
}

export interface BuildCreateRequest {
  buildpacks?:
    | readonly {
        url?: string;
        name?: string;
      }[]
    | null;
  source_blob: {
    checksum?: string | null;
    url?: string;
    version?: string | null;
    version_description?: string | null;
  };
}

export interface Collaborator {
  app: {
    name?: string;
    id?: string;
  };
  created_at: string;
  id: string;
  permissions?: readonly TeamAppPermission[];
  role?: "admin" | "collaborator" | "member" | "owner" | null;
  updated_at: string;
  user: {
    email?: string;
    federated?: boolean;
    id?: string;
  };
}

export type ConfigVarUpdateRequest = { [key: string]: string | null };

export type ConfigVars = { [key: string]: string | null };

export interface Dyno {
  attach_url?: string | null;
  command?: string;
  created_at?: string;
  id?: string;
  name?: string;
  release?: {
    id?: string;
    version?: number;
  };
  app?: {
    name?: string;
    id?: string;
  };
  size?: string;
  state?: string;
  type?: string;
  updated_at?: string;
}

export interface Formation {
  app?: {
    name?: string;
    id?: string;
  };
  command?: string;
  created_at?: string;
  dyno_size?: {
    id?: string;
    name?: string;
  };
  id: string;
  quantity: number;
  size: string;
  type: string;
  updated_at?: string;
}

export interface FormationBatchUpdateRequest {
  updates: readonly {
    dyno_size?: {
      id?: string;
      name?: string;
    };
    quantity?: number;
    type: string;
    docker_image?: string;
  }[];
}

export interface LogSession {
  created_at?: string;
  id?: string;
  logplex_url: string;
  updated_at?: string;
}

export interface LogSessionCreateRequest {
  dyno?: string;
  type?: string;
  lines?: number;
  source?: string;
  tail?: boolean;
}

export interface PipelineCoupling {
  app?: {
    id?: string;
  };
  created_at?: string;
  id?: string;
  pipeline?: {
    id?: string;
  };
  stage?: "test" | "review" | "development" | "staging" | "production";
  updated_at?: string;
}

export interface Region {
  country?: string;
  created_at?: string;
  description?: string;
  id: string;
  locale?: string;
  name: string;
  private_capable?: boolean;
  provider?: {
    name?: string;
    region?:
      | "ap-south-1"
      | "eu-west-1"
      | "ap-southeast-1"
      | "ap-southeast-2"
      | "eu-central-1"
      | "eu-west-2"
      | "ap-northeast-2"
      | "ap-northeast-1"
      | "us-east-1"
      | "sa-east-1"
      | "us-west-1"
      | "us-west-2"
      | "ca-central-1";
  };
  updated_at?: string;
}

export interface Release {
  addon_plan_names?: readonly string[];
  artifacts?: readonly {
    type?: string;
    id?: string;
  }[];
  app?: {
    name?: string;
    id?: string;
  };
  created_at: string;
  description: string;
  id: string;
  updated_at?: string;
  oci_image?: {
    id?: string;
  } | null;
  slug?: {
    id?: string;
  } | null;
  status: "expired" | "failed" | "pending" | "succeeded";
  user?: {
    id?: string;
    email?: string;
  };
  version: number;
  current: boolean;
  output_stream_url: string | null;
  eligible_for_rollback?: boolean;
}

export interface ReleaseRollbackRequest {
  release: string;
}

export interface Source {
  source_blob: {
    get_url: string;
    put_url: string;
  };
}

export interface Team {
  id: string;
  created_at?: string;
  credit_card_collections?: boolean;
  default?: boolean;
  enterprise_account?: {
    id?: string;
    name?: string;
  } | null;
  identity_provider?: {
    id?: string;
    name?: string;
    owner?: {
      id: string;
      name?: string;
      type: "team" | "enterprise-account";
    };
  } | null;
  membership_limit?: number | null;
  pipeline_cost_consent_at?: string | null;
  pipeline_cost_consent_user_email?: string | null;
  name: string;
  provisioned_licenses?: boolean;
  role?: "admin" | "collaborator" | "member" | "owner" | null;
  type?: "enterprise" | "team";
  updated_at?: string;
}

export interface TeamApp {
  archived_at?: string | null;
  base_image_name?: string | null;
  build_stack: {
    id: string;
    name: string;
  };
  buildpack_provided_description?: string | null;
  buildpacks?:
    | readonly {
        id?: string;
        version?: string;
        homepage?: string;
      }[]
    | null;
  current_build_architecture?: readonly unknown[];
  created_at?: string;
  generation?:
    | string
    | {
        id?: string;
        name?: string;
      };
  git_url?: string;
  id: string;
  internal_routing?: boolean | null;
  joined?: boolean;
  locked?: boolean;
  maintenance?: boolean;
  name: string;
  team?: {
    name?: string;
  } | null;
  owner?: {
    email?: string;
    id?: string;
  } | null;
  region: {
    id: string;
    name: string;
  };
  released_at?: string | null;
  repo_size?: number | null;
  slug_size?: number | null;
  space?: {
    id?: string;
    name?: string;
  } | null;
  stack: {
    id: string;
    name: string;
  };
  updated_at?: string;
  web_url: string | null;
}

export interface TeamAppCreateRequest {
  locked?: boolean;
  name: string;
  team: string;
  personal?: boolean;
  region?: string;
  space?: string;
  stack?: string;
  internal_routing?: boolean | null;
}

export interface TeamAppPermission {
  name?: string;
  description?: string;
}

/** What each operation takes and what a 2xx answer of it holds. */
export interface Operations {
  "GET /account": { request: undefined; response: Account };
  "GET /apps": { request: undefined; response: readonly App[] };
  "POST /apps": { request: AppCreateRequest; response: App };
  "GET /apps/{app}": { request: undefined; response: App };
  "PATCH /apps/{app}": { request: AppUpdateRequest; response: App };
  "DELETE /apps/{app}": { request: undefined; response: App };
  "POST /teams/apps": { request: TeamAppCreateRequest; response: TeamApp };
  "GET /regions": { request: undefined; response: readonly Region[] };
  "GET /teams": { request: undefined; response: readonly Team[] };
  "GET /apps/{app}/config-vars": { request: undefined; response: ConfigVars };
  "PATCH /apps/{app}/config-vars": { request: ConfigVarUpdateRequest; response: ConfigVars };
  "GET /apps/{app}/releases": { request: undefined; response: readonly Release[] };
  "GET /apps/{app}/releases/{release}": { request: undefined; response: Release };
  "POST /apps/{app}/releases": { request: ReleaseRollbackRequest; response: Release };
  "GET /apps/{app}/formation": { request: undefined; response: readonly Formation[] };
  "PATCH /apps/{app}/formation": { request: FormationBatchUpdateRequest; response: readonly Formation[] };
  "POST /apps/{app}/log-sessions": { request: LogSessionCreateRequest; response: LogSession };
  "POST /sources": { request: undefined; response: Source };
  "POST /apps/{app}/builds": { request: BuildCreateRequest; response: Build };
  "GET /apps/{app}/builds": { request: undefined; response: readonly Build[] };
  "GET /apps/{app}/builds/{build}": { request: undefined; response: Build };
  "GET /users/{account}/apps": { request: undefined; response: readonly App[] };
  "GET /teams/{team}/apps": { request: undefined; response: readonly TeamApp[] };
  "GET /apps/{app}/addons": { request: undefined; response: readonly AddOn[] };
  "GET /apps/{app}/collaborators": { request: undefined; response: readonly Collaborator[] };
  "GET /apps/{app}/dynos": { request: undefined; response: readonly Dyno[] };
  "GET /apps/{app}/pipeline-couplings": { request: undefined; response: PipelineCoupling };
}
