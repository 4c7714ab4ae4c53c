/** How many random histories the model test tries, and for how long at most; more by hand or at night. */
export const modelRuns: number = Number(process.env["MODEL_RUNS"] ?? 25);
export const modelSeconds: number = Number(process.env["MODEL_SECONDS"] ?? 15);
