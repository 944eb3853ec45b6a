// Made from packages/fake-hosts/contracts/fly.json by scripts/contracts.mjs.
// https://docs.machines.dev/spec/openapi3.json (1.0, 2026-05-07, Apache-2.0)

export interface App {
  id?: string;
  internal_numeric_id?: number;
  machine_count?: number;
  name: string;
  network?: string;
  organization?: AppOrganizationInfo;
  status?: string;
  volume_count?: number;
}

export interface AppOrganizationInfo {
  internal_numeric_id?: number;
  name?: string;
  slug?: string;
}

export interface AppSecret {
  created_at?: string;
  digest?: string;
  name: string;
  updated_at?: string;
  value?: string;
}

export interface AppSecrets {
  secrets: readonly AppSecret[] | null;
}

export interface AppSecretsUpdateRequest {
  values: { [key: string]: string | null };
}

export interface AppSecretsUpdateResp {
  Version?: number;
  secrets?: readonly AppSecret[];
  version?: number;
}

export interface AssignIPRequest {
  network?: string;
  org_slug?: string;
  region?: string;
  service_name?: string;
  type: string;
}

export interface CheckStatus {
  name: string;
  output?: string;
  status: string;
  updated_at?: string;
}

export interface ContainerConfig {
  cmd?: readonly string[];
  depends_on?: readonly ContainerDependency[];
  entrypoint?: readonly string[];
  env?: { [key: string]: string };
  env_from?: readonly EnvFrom[];
  exec?: readonly string[];
  files?: readonly File[];
  healthchecks?: readonly ContainerHealthcheck[];
  image?: string;
  name?: string;
  restart?: MachineRestart;
  secrets?: readonly MachineSecret[];
  stop?: StopConfig;
  user?: string;
}

export interface ContainerDependency {
  condition?: ContainerDependencyCondition;
  name?: string;
}

export type ContainerDependencyCondition = "exited_successfully" | "healthy" | "started";

export interface ContainerHealthcheck {
  exec?: ExecHealthcheck;
  failure_threshold?: number;
  grace_period?: number;
  http?: HTTPHealthcheck;
  interval?: number;
  kind?: ContainerHealthcheckKind;
  name?: string;
  success_threshold?: number;
  tcp?: TCPHealthcheck;
  timeout?: number;
  unhealthy?: UnhealthyPolicy;
}

export type ContainerHealthcheckKind = "readiness" | "liveness";

export type ContainerHealthcheckScheme = "http" | "https";

export interface CreateAppRequest {
  enable_subdomains?: boolean;
  name: string;
  network?: string;
  org_slug: string;
}

export interface CreateLeaseRequest {
  description?: string;
  ttl?: number;
}

export interface CreateMachineRequest {
  config: MachineConfig;
  lease_ttl?: number;
  lsvd?: boolean;
  min_secrets_version?: number;
  name?: string;
  region?: string;
  skip_launch?: boolean;
  skip_secrets?: boolean;
  skip_service_registration?: boolean;
}

export interface CreateVolumeRequest {
  auto_backup_enabled?: boolean;
  compute?: MachineGuest;
  compute_image?: string;
  encrypted?: boolean;
  fstype?: string;
  name: string;
  region?: string;
  require_unique_zone?: boolean;
  size_gb?: number;
  snapshot_id?: string;
  snapshot_retention?: number;
  source_volume_id?: string;
  unique_zone_app_wide?: boolean;
}

export interface CurrentTokenResponse {
  tokens: readonly TokenInfo[];
}

export interface DNSConfig {
  dns_forward_rules?: readonly DnsForwardRule[];
  hostname?: string;
  hostname_fqdn?: string;
  nameservers?: readonly string[];
  options?: readonly DnsOption[];
  searches?: readonly string[];
  skip_registration?: boolean;
}

export interface DnsForwardRule {
  addr?: string;
  basename?: string;
}

export interface DnsOption {
  name?: string;
  value?: string;
}

export interface EnvFrom {
  env_var?: string;
  field_ref?: "id" | "version" | "app_name" | "private_ip" | "region" | "image";
}

export interface ExecHealthcheck {
  command?: readonly string[];
}

export interface File {
  guest_path?: string;
  image_config?: string;
  mode?: number;
  raw_value?: string;
  secret_name?: string;
}

export interface HTTPHealthcheck {
  headers?: readonly MachineHTTPHeader[];
  method?: string;
  path?: string;
  port?: number;
  scheme?: ContainerHealthcheckScheme;
  tls_server_name?: string;
  tls_skip_verify?: boolean;
}

export interface HTTPOptions {
  compress?: boolean;
  h2_backend?: boolean;
  headers_read_timeout?: number;
  idle_timeout?: number;
  replay_cache?: readonly ReplayCache[];
  response?: HTTPResponseOptions;
}

export interface HTTPResponseOptions {
  headers?: { [key: string]: { [key: string]: unknown } };
  pristine?: boolean;
}

export interface IPAssignment {
  created_at?: string;
  ip: string;
  region?: string;
  service_name?: string;
  shared?: boolean;
}

export interface ImageRef {
  digest?: string;
  labels?: { [key: string]: string };
  registry?: string;
  repository?: string;
  tag?: string;
}

export interface Lease {
  description?: string;
  expires_at?: number;
  nonce: string;
  owner?: string;
  version?: string;
}

export interface LeaseEnvelope {
  status: string;
  data: Lease;
}

export interface ListAppsResponse {
  apps: readonly App[];
  total_apps?: number;
}

export interface ListIPAssignmentsResponse {
  ips: readonly IPAssignment[] | null;
}

export interface Machine {
  checks?: readonly CheckStatus[];
  config?: MachineConfig;
  created_at?: string;
  events?: readonly MachineEvent[];
  host_status?: "ok" | "unknown" | "unreachable";
  id: string;
  image_ref?: ImageRef;
  incomplete_config?: MachineConfig;
  instance_id: string;
  name: string;
  nonce?: string;
  private_ip?: string;
  region: string;
  state: string;
  updated_at?: string;
  cordoned?: boolean;
}

export interface MachineCacheDrive {
  size_mb?: number;
}

export interface MachineCheck {
  grace_period?: string;
  headers?: readonly MachineHTTPHeader[];
  interval?: string;
  kind?: "informational" | "readiness";
  method?: string;
  path?: string;
  port?: number;
  protocol?: string;
  timeout?: string;
  tls_server_name?: string;
  tls_skip_verify?: boolean;
  type?: string;
}

export interface MachineConfig {
  auto_destroy?: boolean;
  cache_drive?: MachineCacheDrive;
  checks?: { [key: string]: MachineCheck };
  containers?: readonly ContainerConfig[];
  disable_machine_autostart?: boolean;
  dns?: DNSConfig;
  env?: { [key: string]: string };
  files?: readonly File[];
  guest?: MachineGuest;
  image?: string;
  init?: MachineInit;
  metadata?: { [key: string]: string };
  metrics?: MachineMetrics;
  mounts?: readonly MachineMount[];
  processes?: readonly MachineProcess[];
  restart?: MachineRestart;
  rootfs?: MachineRootfs;
  schedule?: string;
  services?: readonly MachineService[];
  size?: string;
  standbys?: readonly string[];
  statics?: readonly Static[];
  stop_config?: StopConfig;
}

export interface MachineEvent {
  id?: string;
  request?: { [key: string]: unknown };
  source?: string;
  status?: string;
  timestamp?: number;
  type?: string;
}

export interface MachineGuest {
  cpu_kind?: string;
  cpus?: number;
  gpu_kind?: string;
  gpus?: number;
  host_dedication_id?: string;
  kernel_args?: readonly string[];
  max_memory_mb?: number;
  memory_mb?: number;
  persist_rootfs?: "never" | "always" | "restart";
}

export interface MachineHTTPHeader {
  name?: string;
  values?: readonly string[];
}

export interface MachineInit {
  cmd?: readonly string[];
  entrypoint?: readonly string[];
  exec?: readonly string[];
  kernel_args?: readonly string[];
  swap_size_mb?: number;
  tty?: boolean;
}

export interface MachineMetrics {
  https?: boolean;
  path?: string;
  port?: number;
}

export interface MachineMount {
  add_size_gb?: number;
  encrypted?: boolean;
  extend_threshold_percent?: number;
  name?: string;
  path?: string;
  size_gb?: number;
  size_gb_limit?: number;
  volume?: string;
}

export interface MachinePort {
  end_port?: number;
  force_https?: boolean;
  handlers?: readonly string[];
  http_options?: HTTPOptions;
  port?: number;
  proxy_proto_options?: ProxyProtoOptions;
  start_port?: number;
  tls_options?: TLSOptions;
}

export interface MachineProcess {
  cmd?: readonly string[];
  entrypoint?: readonly string[];
  env?: { [key: string]: string };
  env_from?: readonly EnvFrom[];
  exec?: readonly string[];
  ignore_app_secrets?: boolean;
  secrets?: readonly MachineSecret[];
  user?: string;
}

export interface MachineRestart {
  gpu_bid_price?: number;
  max_retries?: number;
  policy?: "no" | "always" | "on-failure" | "spot-price";
}

export interface MachineRootfs {
  persist?: "never" | "always" | "restart";
  size_gb?: number;
}

export interface MachineSecret {
  env_var?: string;
  name?: string;
}

export interface MachineService {
  autostart?: boolean;
  autostop?: "off" | "stop" | "suspend" | boolean;
  checks?: readonly MachineServiceCheck[];
  concurrency?: MachineServiceConcurrency;
  force_instance_description?: string;
  force_instance_key?: string;
  internal_port?: number;
  min_machines_running?: number;
  ports?: readonly MachinePort[];
  protocol?: string;
}

export interface MachineServiceCheck {
  grace_period?: string;
  headers?: readonly MachineHTTPHeader[];
  interval?: string;
  method?: string;
  path?: string;
  port?: number;
  protocol?: string;
  timeout?: string;
  tls_server_name?: string;
  tls_skip_verify?: boolean;
  type?: string;
}

export interface MachineServiceConcurrency {
  hard_limit?: number;
  soft_limit?: number;
  type?: string;
}

export interface ProxyProtoOptions {
  version?: string;
}

export interface RegionResponse {
  nearest?: string;
  regions?: readonly RegionRow[];
  Nearest?: string;
  Regions?: readonly RegionRow[];
}

export interface RegionRow {
  code: string;
  deprecated?: boolean;
  gateway_available?: boolean;
  geo_region?: string;
  latitude?: number;
  longitude?: number;
  name: string;
  requires_paid_plan?: boolean;
}

export interface ReplayCache {
  allow_bypass?: boolean;
  name?: string;
  path_prefix?: string;
  ttl_seconds?: number;
  type?: "cookie" | "header";
}

export interface Static {
  guest_path: string;
  index_document?: string;
  tigris_bucket?: string;
  url_prefix: string;
}

export interface StopConfig {
  signal?: "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGKILL" | "SIGUSR1" | "SIGUSR2" | "SIGTERM";
  timeout?: string;
}

export interface StopRequest {
  signal?: "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGKILL" | "SIGUSR1" | "SIGUSR2" | "SIGTERM";
  timeout?: string;
}

export interface TCPHealthcheck {
  port?: number;
}

export interface TLSOptions {
  alpn?: readonly string[];
  default_self_signed?: boolean;
  versions?: readonly string[];
}

export interface TokenInfo {
  apps?: readonly string[];
  org_slug?: string;
  organization?: string;
  restricted_to_machine?: string;
  source_machine_id?: string;
  token_id?: string;
  user?: string;
}

export type UnhealthyPolicy = "stop";

export interface UpdateMachineRequest {
  config: MachineConfig;
  current_version?: string;
  lease_ttl?: number;
  lsvd?: boolean;
  min_secrets_version?: number;
  name?: string;
  region?: string;
  skip_launch?: boolean;
  skip_secrets?: boolean;
  skip_service_registration?: boolean;
}

export interface Volume {
  attached_alloc_id?: string | null;
  attached_machine_id?: string | null;
  auto_backup_enabled?: boolean;
  block_size?: number;
  blocks?: number;
  blocks_avail?: number;
  blocks_free?: number;
  bytes_total?: number;
  bytes_used?: number;
  created_at?: string;
  encrypted?: boolean;
  fstype?: string;
  host_status?: "ok" | "unknown" | "unreachable";
  id: string;
  name: string;
  region: string;
  size_gb?: number;
  snapshot_retention?: number;
  state?: string;
  type?: "local" | "cache";
  zone?: string;
}

export interface WaitMachineResponse {
  event_id?: string;
  ok: boolean;
  state?: string;
  version?: string;
}

/** What each operation takes and what a 2xx answer of it holds. */
export interface Operations {
  "GET /apps": { request: undefined; response: ListAppsResponse };
  "POST /apps": { request: CreateAppRequest; response: unknown };
  "GET /apps/{app_name}": { request: undefined; response: App };
  "DELETE /apps/{app_name}": { request: undefined; response: unknown };
  "GET /apps/{app_name}/ip_assignments": { request: undefined; response: ListIPAssignmentsResponse };
  "POST /apps/{app_name}/ip_assignments": { request: AssignIPRequest; response: IPAssignment };
  "GET /apps/{app_name}/secrets": { request: undefined; response: AppSecrets };
  "POST /apps/{app_name}/secrets": { request: AppSecretsUpdateRequest; response: AppSecretsUpdateResp };
  "GET /apps/{app_name}/machines": { request: undefined; response: readonly Machine[] };
  "POST /apps/{app_name}/machines": { request: CreateMachineRequest; response: Machine };
  "GET /apps/{app_name}/machines/{machine_id}": { request: undefined; response: Machine };
  "POST /apps/{app_name}/machines/{machine_id}": { request: UpdateMachineRequest; response: Machine };
  "DELETE /apps/{app_name}/machines/{machine_id}": { request: undefined; response: unknown };
  "GET /apps/{app_name}/machines/{machine_id}/wait": { request: undefined; response: WaitMachineResponse };
  "GET /apps/{app_name}/machines/{machine_id}/lease": { request: undefined; response: Lease | LeaseEnvelope };
  "POST /apps/{app_name}/machines/{machine_id}/lease": { request: CreateLeaseRequest; response: Lease | LeaseEnvelope };
  "DELETE /apps/{app_name}/machines/{machine_id}/lease": { request: undefined; response: unknown };
  "POST /apps/{app_name}/machines/{machine_id}/start": { request: undefined; response: unknown };
  "POST /apps/{app_name}/machines/{machine_id}/stop": { request: StopRequest; response: unknown };
  "POST /apps/{app_name}/machines/{machine_id}/cordon": { request: undefined; response: unknown };
  "POST /apps/{app_name}/machines/{machine_id}/uncordon": { request: undefined; response: unknown };
  "GET /apps/{app_name}/volumes": { request: undefined; response: readonly Volume[] };
  "POST /apps/{app_name}/volumes": { request: CreateVolumeRequest; response: Volume };
  "DELETE /apps/{app_name}/volumes/{volume_id}": { request: undefined; response: Volume };
  "GET /platform/regions": { request: undefined; response: RegionResponse };
  "GET /tokens/current": { request: undefined; response: CurrentTokenResponse };
}
