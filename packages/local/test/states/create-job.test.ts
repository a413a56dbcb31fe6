import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../src/world.ts";
import { createLab, type Lab, ROLE, TestJobs } from "./harness.ts";

let lab: Lab;
let jobs: TestJobs;
afterEach(() => lab.close());

async function start(resource: string, Arguments: object = { Role: "r", Settings: { Inputs: [] } }, more: object = {}) {
  jobs = new TestJobs();
  const Encode = { Type: "Task", Resource: `arn:aws:states:::mediaconvert:${resource}`, Arguments, End: true, ...more };
  lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "Encode", States: { Encode } }, jobs });
  return lab.start();
}

describe("mediaconvert:createJob.sync", () => {
  it("tags the job, tells of its submission and waits for its end", async () => {
    const arn = await start("createJob.sync", { Role: "r", Settings: {}, Tags: { mine: "too" } });
    await lab.settle();
    expect(jobs.created).toEqual([
      {
        ClientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/),
        Role: "r",
        Settings: {},
        Tags: { mine: "too", ManagedByService: "AWSStepFunctions" },
      },
    ]);
    const submitted = (await lab.history(arn)).at(-1)!;
    const integration = { resourceType: "mediaconvert", resource: "createJob.sync" };
    expect(submitted).toMatchObject({ id: 5, type: "TaskSubmitted", taskSubmittedEventDetails: integration });
    const { output } = submitted.taskSubmittedEventDetails as { output: string };
    expect(JSON.parse(output)).toMatchObject({ Job: { Id: "job-0", Status: "SUBMITTED" }, SdkHttpMetadata: {} });

    jobs.end("job-0", { Settings: { Inputs: [] }, OutputGroupDetails: [] });
    const ended = await lab.finish(arn);
    const Job = { Id: "job-0", Status: "COMPLETE", Settings: { Inputs: [] }, OutputGroupDetails: [] };
    expect(JSON.parse(ended.output)).toEqual({ Job });
    expect((await lab.history(arn)).map(({ type }) => type).slice(2)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it.each(["ERROR", "CANCELED"])("fails when the job ends in %s, the job being the cause", async (Status) => {
    const arn = await start("createJob.sync");
    await lab.settle();
    jobs.end("job-0", { Status, ErrorCode: 1010, ErrorMessage: "cannot open" });
    const { error, cause } = await lab.finish(arn);
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause)).toEqual({ Id: "job-0", Status, ErrorCode: 1010, ErrorMessage: "cannot open" });
    expect(jobs.cancelled).toEqual([]);
  });

  it("cancels the job when the execution is stopped", async () => {
    const executionArn = await start("createJob.sync");
    await lab.settle();
    await lab.call("StopExecution", { executionArn });
    expect(jobs.cancelled).toEqual(["job-0"]);
  });

  it("looks at the job and cancels it as the machine's role", async () => {
    const executionArn = await start("createJob.sync");
    await lab.settle();
    expect(jobs.asked).toEqual([`${ROLE} GetJob job-0`]);
    await lab.call("StopExecution", { executionArn });
    expect(jobs.asked).toEqual([`${ROLE} GetJob job-0`, `${ROLE} CancelJob job-0`]);
  });

  it("fails when the role may not look at the job, which goes on", async () => {
    jobs = new TestJobs();
    jobs.denied.add("GetJob");
    const Resource = "arn:aws:states:::mediaconvert:createJob.sync";
    const Encode = { Type: "Task", Resource, Arguments: { Settings: {} }, End: true };
    lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "Encode", States: { Encode } }, jobs });
    const { error, cause } = await lab.finish(lab.start());
    expect(error).toBe("MediaConvert.MediaConvertException");
    expect(cause).toContain("not authorized: GetJob (Service: MediaConvert, Status Code: 403");
    expect([jobs.created.length, jobs.cancelled]).toEqual([1, []]);
  });

  it("leaves a job alone that the role may not cancel", async () => {
    const executionArn = await start("createJob.sync");
    await lab.settle();
    jobs.denied.add("CancelJob");
    await lab.call("StopExecution", { executionArn });
    expect((await lab.describe(executionArn)).status).toBe("ABORTED");
    expect(jobs.cancelled).toEqual([]);
  });

  it("submits in the transaction that records it", async () => {
    const arn = await start("createJob.sync");
    const create = jobs.createJob.bind(jobs);
    const order: string[] = [];
    jobs.createJob = (request) => {
      const answer = create(request);
      lab.store.afterCommit(() => {
        const row = lab.store.get<{ last: number }>("SELECT max(id) AS last FROM states_events");
        order.push(`committed with event ${row!.last}`);
      });
      order.push("created");
      return answer;
    };
    await lab.settle();
    expect(order).toEqual(["created", "committed with event 5"]);
    expect((await lab.describe(arn)).status).toBe("RUNNING");
  });

  it("keeps a token of the definition's own", async () => {
    await start("createJob.sync", { Settings: {}, ClientRequestToken: "mine" });
    await lab.settle();
    expect(jobs.created[0]!.ClientRequestToken).toBe("mine");
  });

  it.each([
    ["TooManyRequestsException", 429, "MediaConvert.TooManyRequestsException"],
    ["BadRequestException", 400, "MediaConvert.BadRequestException"],
    ["AccessDenied", 403, "MediaConvert.MediaConvertException"],
  ])("names MediaConvert's %s and retries it by that name", async (code, status, name) => {
    const Retry = [{ ErrorEquals: [name], MaxAttempts: 1 }];
    const arn = await start("createJob.sync", { Settings: {} }, { Retry });
    jobs.refuse = new AwsError(code, "Too Many Requests", status);
    await lab.settle();
    expect((await lab.history(arn)).at(-1)).toMatchObject({
      type: "TaskFailed",
      taskFailedEventDetails: {
        error: name,
        cause: expect.stringContaining(
          `Too Many Requests (Service: MediaConvert, Status Code: ${status}, Request ID: `,
        ),
        resourceType: "mediaconvert",
        resource: "createJob.sync",
      },
    });
    jobs.refuse = undefined;
    await lab.clock.skip();
    await lab.settle();
    jobs.end("job-0", {});
    expect((await lab.finish(arn)).status).toBe("SUCCEEDED");
  });

  it("refuses the tag that is Step Functions' own", async () => {
    await start("createJob");
    await expect(lab.close().then(() => start("createJob.sync", { Tags: { ManagedByService: "me" } }))).rejects.toThrow(
      "ManagedByService",
    );
  });
});

describe("mediaconvert:createJob", () => {
  it("goes on as soon as the job is there", async () => {
    const arn = await start("createJob");
    const ended = await lab.finish(arn);
    expect(JSON.parse(ended.output)).toMatchObject({ Job: { Id: "job-0", Status: "SUBMITTED" } });
    expect(jobs.created[0]).not.toHaveProperty("Tags");
    expect(jobs.waited).toEqual([]);
  });
});
