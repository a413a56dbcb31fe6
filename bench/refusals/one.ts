import { readFileSync } from "node:fs";
import { convert } from "@dropclip/functions/image";
import sharp from "sharp";

/** Converts one file; prints the result and its cost. */
const warm = sharp({ create: { width: 64, height: 64, channels: 3, background: "#336699" } });
await convert(await warm.png().toBuffer());
const bytes = readFileSync(process.argv[2]!);
const { maxRSS } = process.resourceUsage();
const began = process.cpuUsage();
const result = await convert(bytes);
const { user, system } = process.cpuUsage(began);
const outcome = "refused" in result ? result.refused.code : `${result.width} × ${result.height}`;
const memoryMiB = Math.round((process.resourceUsage().maxRSS - maxRSS) / 1024);
console.log(JSON.stringify({ outcome, cpuMs: Math.round((user + system) / 1000), memoryMiB }));
