export { heroku, heroku as default } from "./provider.ts";
