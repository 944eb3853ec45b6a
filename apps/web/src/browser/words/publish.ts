import { countOf, formatBytes } from "./format.ts";

/** What the screen says that asks where the site is to live, and tells what will happen. */
export const publish = {
  title: "Where will it live?",
  intro: "Until you press the last button on this page, nothing leaves your computer.",
  places: {
    legend: "Choose a place",
    cards: {
      "docker-file": {
        title: "A file for your own server",
        description: "One file that you, or the person who looks after your server, can run with Docker.",
        price: "Making the file is free.",
      },
      "docker-run": {
        title: "This computer",
        description: "Runs the site in Docker on this computer, to try it out. It answers here alone.",
        price: "Free.",
      },
      fly: {
        title: "Fly.io",
        description: "A site of its own in your account. It sleeps while nobody visits, and wakes up for a visitor.",
        price: "",
      },
      heroku: {
        title: "Heroku",
        description: "A site of its own in your account. It is always awake.",
        price: "",
      },
    } as Readonly<Record<string, PlaceWords | undefined>>,
    /** What places are called within a sentence. */
    names: { "docker-file": "this computer", "docker-run": "Docker on this computer" } as Readonly<Record<string, string | undefined>>,
    noPrice: (title: string) => `${title} decides what it costs.`,
    asOf: (date: string) => `As of ${date}. Their price list counts:`,
    priceList: "price list",
    /** Who sees a site there, by card; of others it is said whether they are public. */
    audience: {
      public: "Once published, anybody with the address can see it.",
      private: "It is not on the web.",
      "docker-file": "You alone have the file.",
      "docker-run": "Only this computer can open it.",
    } as Readonly<Record<string, string | undefined>>,
    signedIn: (account: string) => `Signed in as ${account}`,
    needsKey: "Needs an access key of your account there",
    none: "There is no place that this computer could publish to.",
    loading: "Looking at the places…",
  },
  key: {
    heading: (title: string) => `Connect your account at ${title}`,
    steps: (title: string) => [
      `Open the page below and sign in at ${title}. Make an account there, if you have none.`,
      "Make an access key there, and copy it.",
      "Paste it here. You do it once.",
    ],
    page: (title: string) => `Make an access key at ${title}`,
    label: "Access key",
    hint: "It is kept on this computer alone, and sent to nobody else than its host.",
    connect: "Connect",
    checking: (title: string) => `Asking ${title} whose key it is…`,
    missing: "Paste the access key first.",
    whose: (account: string, title: string) => `This is the key of ${account} at ${title}. The site will be in that account.`,
    problems: {
      CREDENTIALS_INVALID: (place: string) =>
        `${place} did not take the access key. Copy the whole key and paste it again, or make a new one.`,
      CREDENTIALS_MISSING: (place: string) => `${place} needs an access key of your account.`,
      CREDENTIALS_INSUFFICIENT: (place: string) =>
        `The access key does not allow this at ${place}. Make one that may make and change sites.`,
    } as Readonly<Record<string, ((place: string) => string) | undefined>>,
    forget: "Forget it",
    forgetHint: (title: string) => `It is then gone from this computer. It still works until you remove it at ${title}.`,
    fromTool: (title: string) => `It was found in the file of ${title}’s own program on this computer.`,
    fromEnvironment: (env: string) => `It comes from the setting ${env} of this computer, and cannot be forgotten here.`,
  },
  address: {
    label: "Web address",
    hint: (most: number) =>
      `Small letters, digits and hyphens, at most ${most} characters. Leave it empty to have one made from the title.`,
    invalid: (most: string) => `Use small letters, digits and hyphens only, at most ${most} characters.`,
    kept: (address: string) => `The site keeps its address: ${address}`,
  },
  more: "More choices",
  options: {
    "docker.platform": {
      label: "Processor of the server",
      help: "Most servers are linux/amd64; those with an ARM processor are linux/arm64.",
    },
    "docker.memory": { label: "Memory for the site, in MB", help: "0 for no limit." },
    "docker.port": { label: "Port on this computer", help: "The number at the end of the address. Leave it empty for the usual one." },
    "fly.org": { label: "Organization", help: "Whom a new site belongs to. Leave it empty for your own." },
    "fly.region": { label: "Places in the world", help: "Near your visitors is fastest. Each one is a machine that costs." },
    "fly.vmSize": { label: "Size of the machine", help: "The smallest one serves most sites." },
    "fly.memory": { label: "Memory in MB", help: "Leave it empty for the least that the size has." },
    "fly.createVolume": { label: "Disk to write to, in GB", help: "Only for sites that visitors write to." },
    "fly.createDb": { label: "Empty database on that disk", help: "Its name. Only for sites that visitors write to." },
    "fly.volumeName": { label: "Name of that disk", help: "" },
    "fly.minMachines": {
      label: "Machines that never sleep",
      help: "0: it sleeps while nobody visits, which costs least. The first visitor then waits a second.",
    },
    "fly.autostop": { label: "While nobody visits", help: "" },
    "heroku.team": { label: "Team", help: "Whom a new site belongs to. Leave it empty for your own account." },
    "heroku.region": { label: "Region", help: "us is North America, eu is Europe. Near your visitors is fastest." },
    "heroku.dynoSize": { label: "Size", help: "Larger ones cost more. Leave it empty for the usual one." },
    "heroku.build": { label: "Who puts the site together", help: "" },
    "heroku.setStack": { label: "Replace what runs there now", help: "Only for an address where you have something else at Heroku." },
  } as Readonly<Record<string, OptionWords | undefined>>,
  choices: {
    "fly.autostop": { off: "It stays awake", stop: "It sleeps", suspend: "It naps: wakes up faster" },
    "heroku.build": { image: "This computer", remote: "Heroku" },
  } as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>,
  field: {
    usual: "The usual one",
    usualIs: (value: string) => `The usual one (${value})`,
    choose: "Choose one",
    loading: "Asking the host…",
    several: "Several: one in each line.",
    required: (label: string) => `${label} is needed here.`,
    notANumber: (label: string) => `${label} has to be a whole number.`,
    tooSmall: (label: string, least: string) => `${label} has to be ${least} or more.`,
    tooLarge: (label: string, most: string) => `${label} has to be ${most} or less.`,
  },
  plan: {
    heading: "What will happen",
    asking: "Finding out what will happen. Nothing is changed by that.",
    preparing: "Reading your files once more…",
    choosePlace: "Choose a place above to see what will happen.",
    connectFirst: (title: string) => `Connect your account at ${title} to see what will happen.`,
    noFiles: "There are no files yet. Go back and add some.",
    fixFirst: "Fix what is marked above to see what will happen.",
    failed: "This cannot be published so.",
    nothing: "All is there already: nothing has to be done.",
    waiting: "The preview of your site is still being made ready. After that we find out what will happen.",
    free: (name: string) => `Nobody has ${name} there yet: it is free.`,
    taken: (name: string) => `${name} is taken. Choose another web address.`,
    moves: (before: string, place: string) =>
      `Your site lives at ${before} now. This makes another one at ${place}; the one at ${before} stays until you remove it.`,
    change: (label: string) => `Change: ${label}`,
    technical: "In the host’s own words",
    site: {
      new: (place: string) => `A new site is made in your account at ${place}.`,
      update: (place: string) => `Your site at ${place} is replaced by the new version.`,
      settings: (place: string) => `${place} is told what the site needs to run.`,
      address: "It gets a web address.",
      send: (data: string, place: string) => `Sent to ${place}: ${data}.`,
      start: (place: string, where: string) => (where === "" ? `It is started at ${place}.` : `It is started at ${place} in ${where}.`),
      disk: (where: string) => `A disk is made in ${where}, for the site to write to.`,
      build: (place: string) => `${place} puts the site together.`,
      wait: (place: string) => `We wait until ${place} has ended what it does there now.`,
      tidy: "What is then no longer needed is removed.",
      change: (place: string, target: string) => `Something of yours at ${place} is changed: ${target}.`,
      file: (target: string) => `This file is written on this computer: ${target}`,
      push: (data: string, target: string) => `Sent to ${target}: ${data}.`,
      load: (data: string) => `Put into Docker on this computer: ${data}.`,
      run: "The site is started on this computer.",
      replace: "The site that runs on this computer is replaced by the new version.",
    },
    data: (tables: number, rows: number, sizeBytes: number) =>
      `${countOf(tables, "table", "tables")} with ${countOf(rows, "row", "rows")}, ${formatBytes(sizeBytes)} in all`,
    public: "Anybody with the address can read and copy all of it.",
    file: "Only you have the file. Whoever runs it decides who can see the site.",
    here: "Only this computer can open the site. Nothing is sent anywhere.",
    always: "You can change it, go back, or remove it at any time.",
    decisions: (count: number) =>
      count === 1
        ? "You said that 1 column that looks like private data is meant to be public."
        : `You said that ${count} columns that look like private data are meant to be public.`,
  },
  undecided: "You have not decided about a column that looks like private data.",
  toCheck: "Decide about it",
  button: {
    public: "Publish for everyone",
    "docker-file": "Make the file",
    "docker-run": "Start it on this computer",
  } as Readonly<Record<string, string | undefined>>,
};

interface PlaceWords {
  readonly title: string;
  readonly description: string;
  /** Empty: see what the place itself says. */
  readonly price: string;
}

interface OptionWords {
  readonly label: string;
  readonly help: string;
}
