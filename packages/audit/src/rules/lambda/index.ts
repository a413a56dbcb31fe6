import type { Rule } from "../../rule.ts";
import { functionUrl } from "./function-url.ts";
import { invocationSource } from "./invocation-source.ts";
import { logGroup } from "./log-group.ts";
import { publicFunction } from "./public-function.ts";
import { roleOfItsOwn } from "./role-of-its-own.ts";
import { runtime } from "./runtime.ts";
import { secretInEnvironment } from "./secret-in-environment.ts";

export const LAMBDA: Rule[] = [
  publicFunction,
  runtime,
  invocationSource,
  secretInEnvironment,
  logGroup,
  roleOfItsOwn,
  functionUrl,
];
