import { Sha256 } from "@aws-crypto/sha256-js";
import { type Clock, systemClock } from "@dropclip/local/clock";
import { SignatureV4 } from "@smithy/signature-v4";
import type { TestCloud } from "./cloud.ts";

/**
 * Signed calls to the local cloud, as the operator: the wire itself, so that any service and any mistake can be tried.
 * Signed at `clock`'s time, where a test moves it.
 */
export function aws(
  cloud: Pick<TestCloud, "endpoints" | "region" | "credentials">,
  clock: Pick<Clock, "now"> = systemClock,
) {
  const send = async (service: string, method: string, path: string, headers: Record<string, string>, body = "") => {
    const url = new URL(`${cloud.endpoints.s3}${path}`);
    const signer = new SignatureV4({
      service,
      region: cloud.region,
      credentials: cloud.credentials,
      sha256: Sha256,
      uriEscapePath: service !== "s3",
    });
    const query = Object.fromEntries(url.searchParams);
    const request = await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        port: Number(url.port),
        path: url.pathname,
        query,
        headers: { host: url.host, ...headers },
        body,
      },
      { signingDate: new Date(clock.now()) },
    );
    const response = await fetch(url, { method, headers: request.headers, ...(body ? { body } : {}) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const json =
    (service: string, prefix: string, version: string) =>
    async (operation: string, input: unknown): Promise<any> => {
      const headers = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": `${prefix}.${operation}` };
      const { status, text } = await send(service, "POST", "/", headers, JSON.stringify(input));
      if (status !== 200) throw new Error(`${operation}: ${status} ${text}`);
      return JSON.parse(text);
    };
  return {
    s3: (method: string, path: string, headers: Record<string, string> = {}, body = "") =>
      send("s3", method, path, headers, body),
    states: json("states", "AWSStepFunctions", "1.0"),
    dynamodb: json("dynamodb", "DynamoDB_20120810", "1.0"),
    mediaconvert: async (method: string, path: string) =>
      JSON.parse((await send("mediaconvert", method, path, {})).text),
    invoke: async (functionName: string, payload: unknown) => {
      const path = `/2015-03-31/functions/${functionName}/invocations`;
      const { status, headers, text } = await send("lambda", "POST", path, {}, JSON.stringify(payload));
      if (status !== 200 || headers.has("x-amz-function-error")) throw new Error(`${functionName}: ${status} ${text}`);
      return JSON.parse(text);
    },
    /** Hands an event over, as services do: Lambda tries three times, then gives it to the dead letters. */
    invokeAsync: async (functionName: string, payload: unknown) => {
      const path = `/2015-03-31/functions/${functionName}/invocations`;
      const headers = { "x-amz-invocation-type": "Event" };
      const { status, text } = await send("lambda", "POST", path, headers, JSON.stringify(payload));
      if (status !== 202) throw new Error(`${functionName}: ${status} ${text}`);
    },
    ssm: json("ssm", "AmazonSSM", "1.1"),
    events: json("events", "AWSEvents", "1.1"),
    sqs: json("sqs", "AmazonSQS", "1.0"),
    cloudWatch: json("monitoring", "GraniteServiceVersion20100801", "1.0"),
  };
}
