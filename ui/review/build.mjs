// Builds the two committed files. The same sources and lock file give the same bytes.
import { build } from "esbuild";

const shared = { bundle: true, minify: true, legalComments: "none", charset: "utf8", logLevel: "warning" };

await build({ ...shared, entryPoints: ["source/main.js"], outfile: "built/review.js", format: "iife", target: "es2022" });
await build({ ...shared, entryPoints: ["../styles/staff.css"], outfile: "built/review.css", target: "chrome111" });
