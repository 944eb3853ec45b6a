// What docker-modem logs of an engine's answers has the variables of containers. Read once, when the first library asks for its log.
if (process.env["DEBUG"]) process.env["DEBUG"] += ",-modem";
