import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import * as v from "valibot";
import { CliError, Transient } from "../errors.ts";
import { exchange } from "../net/http.ts";
import { isTransientStatus, type Patience, withRetries } from "../net/retry.ts";
import type { RunFile } from "../start/run-file.ts";
import { Access } from "./report.ts";

const TARGET = "Dropclip.GetAccess";
const JSON_TYPE = "application/x-amz-json-1.1";

const Failure = v.pipe(v.string(), v.parseJson(), v.looseObject({ message: v.string() }));

/** Fetches the report from the running local cloud, as its operator. */
export function fetchAccess({ endpoints, region, credentials }: RunFile, patience: Patience): Promise<Access> {
  const url = new URL(endpoints.states);
  const { clock, signal } = patience;
  const signer = new SignatureV4({ service: "dropclip", region, credentials, sha256: Sha256 });
  return withRetries(patience, "the local cloud", async () => {
    const body = "{}";
    const { protocol, hostname, host } = url;
    const headers = { host, "x-amz-target": TARGET, "content-type": JSON_TYPE };
    const signed = await signer.sign(
      { method: "POST", protocol, hostname, path: "/", headers, body },
      { signingDate: new Date(clock.now()) },
    );
    const answer = await exchange({ method: "POST", url: url.href, headers: signed.headers, body, signal });
    if (isTransientStatus(answer.status)) throw new Transient(`it answered ${answer.status}`);
    if (answer.status >= 400) {
      const failure = v.safeParse(Failure, answer.text);
      throw new CliError(
        `the local cloud answered ${answer.status}${failure.success ? `: ${failure.output.message}` : ""}`,
      );
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Access), answer.text);
    if (parsed.success) return parsed.output;
    throw new CliError("the local cloud's answer is not understood: it may be of another version");
  });
}
