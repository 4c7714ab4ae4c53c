import { enableCompileCache } from "node:module";

// Stripped types and compiled code are kept in the temporary folder: the next command starts in half the time.
enableCompileCache();
const { runProgram } = await import("./program.ts");
process.exitCode = await runProgram(process.argv.slice(2));
