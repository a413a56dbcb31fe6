import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { TestStates } from "./support/test-states.ts";

let cloud: TestCloud;
let user: User;
let env: Record<string, string>;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  const keys = { AWS_ACCESS_KEY_ID: "AKIAUSER", AWS_SECRET_ACCESS_KEY: "secret" };
  env = { ...user.env, ...keys, AWS_ENDPOINT_URL: cloud.base };
  cloud.parameters.set("/dropclip/beta/outputs", JSON.stringify(cloud.outputs("beta")));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  user.leave();
  await cloud.stop();
});

const list = (...args: string[]) => user.run(["events", "list", ...args], { env });

describe("a command that talks to the API", () => {
  it("goes to the running local cloud unless it is told otherwise", async () => {
    user.hasLocal(cloud);
    expect((await list()).code).toBe(0);
    expect(cloud.calls).toEqual(["GET /events"]);
  });

  it("says how to start one when none is running", async () => {
    expect((await list()).stderr).toBe("dropclip: no local cloud is running: start it with `npm start`\n");
  });

  it("goes to --api although a local cloud runs", async () => {
    const other = await TestCloud.start();
    user.hasLocal(cloud);
    expect((await list("--api", other.base)).code).toBe(0);
    expect([cloud.calls, other.calls]).toEqual([[], ["GET /events"]]);
    await other.stop();
  });

  it("takes the local cloud's address for the local cloud", async () => {
    user.hasLocal(cloud);
    const run = await user.run(["uploads", "list", "--api", `${cloud.base}/`]);
    expect(run.stderr).toBe("no user is signed in: acting as fan@example.com\n");
  });

  it("finds the API of --stage with the user's AWS credentials", async () => {
    expect((await list("--stage", "beta")).code).toBe(0);
    expect(cloud.calls).toEqual(["GetParameter", "GET /events"]);
  });

  it("takes the issuer from the stage's outputs, and says how to sign in there", async () => {
    const run = await user.run(["uploads", "list", "--stage", "beta"], { env });
    expect(run.stderr).toBe("dropclip: no user is signed in at stage beta: run `dropclip login --stage beta`\n");
    expect(cloud.calls).toEqual(["GetParameter"]);
  });

  it("knows who signed in at the stage when the stage is named by its address", async () => {
    await user.signIn(cloud);
    for (const where of [
      ["--stage", "beta"],
      ["--api", cloud.base],
    ])
      expect((await user.run(["whoami", ...where], { env })).code).toBe(0);
  });

  it.each([[["upload", "a.png", "--event", "demo"]], [["events", "list"]], [["login"]], [["collections", "list"]]])(
    "takes one of --api and --stage: %j",
    async (args) => {
      const run = await user.run([...args, "--api", cloud.base, "--stage", "beta"], { env });
      expect(run.code).toBe(1);
      expect(run.stderr).toContain("option '--api <url>' cannot be used with option '--stage <name>'");
    },
  );
});

describe("--stage", () => {
  it.each([
    [{}, "us-east-1"],
    [{ AWS_REGION: "eu-west-1" }, "eu-west-1"],
    [{ AWS_REGION: "eu-west-1", DROPCLIP_REGION: "eu-north-1" }, "eu-north-1"],
  ])("that is not there says where it looked: %j", async (more, region) => {
    env = { ...env, ...more };
    expect(await list("--stage", "gamma")).toMatchObject({
      code: 1,
      stderr: `dropclip: there is no stage gamma in ${region}: deploy it with \`npx sst deploy --stage gamma\`, or name its region with DROPCLIP_REGION\n`,
    });
  });

  it("says which permission is missing", async () => {
    const body = JSON.stringify({ __type: "AccessDeniedException", message: "User is not authorized" });
    cloud.intercept = (call) => (call === "GetParameter" ? { status: 400, body } : undefined);
    expect((await list("--stage", "beta")).stderr).toBe(
      "dropclip: stage beta: these AWS credentials may not read /dropclip/beta/outputs (ssm:GetParameter in us-east-1): User is not authorized\n",
    );
  });

  it("says that the credentials are no good", async () => {
    env.AWS_ACCESS_KEY_ID = "AKIANOBODY";
    expect((await list("--stage", "beta")).stderr).toBe(
      "dropclip: AWS refused the credentials: UnrecognizedClientException: The security token included in the request is invalid.\n",
    );
  });

  it("says how to get credentials where there are none", async () => {
    const nowhere = `${user.folder}/nowhere`;
    const none = { AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere, AWS_EC2_METADATA_DISABLED: "true" };
    for (const [name, value] of Object.entries(none)) vi.stubEnv(name, value);
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
    env = { ...user.env, AWS_ENDPOINT_URL: cloud.base };
    const run = await list("--stage", "beta");
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^dropclip: no AWS credentials were found: run `aws sso login`, choose a profile with/);
    expect(cloud.calls).toEqual([]);
  });

  it("says when AWS cannot be reached", async () => {
    env.AWS_ENDPOINT_URL = "http://127.0.0.1:1";
    expect((await list("--stage", "beta")).stderr).toMatch(
      /^dropclip: stage beta: Systems Manager cannot be reached: .*ECONNREFUSED/,
    );
  });

  it("says when the outputs are not what they should be", async () => {
    cloud.parameters.set("/dropclip/beta/outputs", JSON.stringify({ ...cloud.outputs("beta"), issuer: "nowhere" }));
    expect((await list("--stage", "beta")).stderr).toBe(
      "dropclip: the outputs of stage beta are not understood at issuer: deploy it again\n",
    );
  });

  it.each(["../prod", "a/b", "", "-x"])("takes no path for a name: %j", async (name) => {
    expect((await list(`--stage=${name}`)).stderr).toContain(`dropclip: --stage ${name}: not the name of a stage\n`);
    expect(cloud.calls).toEqual([]);
  });
});

describe("dropclip executions --stage", () => {
  let states: TestStates;
  beforeEach(async () => {
    states = new TestStates();
    env = { ...env, AWS_ENDPOINT_URL_SFN: await states.start() };
  });
  afterEach(() => states.stop());

  it("lists those of the stage's machine only", async () => {
    states.machines.push("dropclip-ingest-beta", "dropclip-ingest-my-beta", "other-beta");
    states.operators.push("AKIAUSER");
    const run = await user.run(["executions", "--stage", "beta", "--json"], { env });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout).length).toBeGreaterThan(0);
    expect(states.listed).toEqual(["dropclip-ingest-beta", "dropclip-ingest-beta"]);
    expect((await user.run(["execution", "b7e2", "--stage", "beta"], { env })).stdout).toContain("b7e2f6aa-failed");
  });

  it("redrives those of the stage's machine only", async () => {
    states.machines.push("dropclip-ingest-beta", "dropclip-ingest-my-beta");
    states.operators.push("AKIAUSER");
    expect((await user.run(["redrive", "--all", "--stage", "beta"], { env })).stdout).toContain(
      "left alone: 1 whose file was refused",
    );
    expect(new Set(states.listed)).toEqual(new Set(["dropclip-ingest-beta"]));
    const run = await user.run(["redrive", "--all", "--stage", "beta", "--endpoint", cloud.base], { env });
    expect(run.stderr).toContain("option '--endpoint <url>' cannot be used with option '--stage <name>'");
  });

  it("excludes another endpoint", async () => {
    const run = await user.run(["executions", "--stage", "beta", "--endpoint", cloud.base], { env });
    expect(run.stderr).toContain("option '--endpoint <url>' cannot be used with option '--stage <name>'");
  });
});
