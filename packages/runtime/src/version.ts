import manifest from "../../../package.json" with { type: "json" };

/** The version of Billpost that this process runs. */
export const version: string = manifest.version;
