import { systemClock } from "../../src/clock.ts";
import { OPERATOR, TestCloud } from "./cloud.ts";
import { box, files, mp4, request } from "./settings.ts";

/* A process of its own that starts a job in the folder it is given, says when ffmpeg runs, and waits to be killed. */
const [directory, input] = process.argv.slice(2) as [string, string];
const cloud = new TestCloud({ directory, clock: systemClock });
cloud.files.put("uploads", "in/clip.mp4", input);
const { Job } = cloud.mediaconvert.createJob(request([files([mp4(box(640), [])])]), OPERATOR);
await cloud.event("STATUS_UPDATE");
let pid: unknown = null;
while (pid === null) {
  await new Promise((resolve) => setImmediate(resolve));
  pid = cloud.store.get("SELECT pid FROM mediaconvert_jobs")!.pid;
}
console.log(JSON.stringify({ jobId: Job.Id, pid }));
