import type { Role, Statement } from "@dropclip/synth/cloud";
import { applies, type Compiled, type IamRequest } from "./policy.ts";

/** One action on one resource of a statement of a role's policy, as the policy writes both. */
export interface Grant {
  policy: string;
  /** Sid of the statement, or its place in the policy, from 1. */
  statement: string;
  effect: "Allow" | "Deny";
  action: string;
  resource: string;
  condition?: Statement["Condition"];
  /** Requests of this run that were allowed and that this covers; of a `Deny`, those it refused. */
  used: number;
}

export interface RoleUsage {
  /** ARN. */
  role: string;
  grants: Grant[];
  /** What the role's own policies refuse. */
  denies: Grant[];
}

interface Counted {
  policy: string;
  statement: Compiled;
  /** By action, then by resource. */
  used: number[][];
}

/** Counts what of a role's policies is used, in memory. */
export class Usage {
  readonly #roles = new Map<string, Counted[]>();

  add({ arn }: Role, statements: { policy: string; statement: Compiled }[]) {
    const none = ({ actions, resources }: Compiled) => actions.map(() => resources.map(() => 0));
    this.#roles.set(
      arn,
      statements.map(({ policy, statement }) => ({ policy, statement, used: none(statement) })),
    );
  }

  /** Counts a request for every entry of that effect that covers it: any of them alone would have done. */
  count(roleArn: string, request: IamRequest, effect: "Allow" | "Deny") {
    for (const { statement, used } of this.#roles.get(roleArn) ?? []) {
      if (statement.effect !== effect || !applies(statement, request)) continue;
      statement.actions.forEach(({ test }, action) => {
        if (!test(request.action)) return;
        statement.resources.forEach((entry, resource) => {
          if (entry.test(request.resource, request.context)) used[action]![resource]!++;
        });
      });
    }
  }

  report(): RoleUsage[] {
    return [...this.#roles].map(([role, counted]) => {
      const entries = counted.flatMap(grantsOf);
      return {
        role,
        grants: entries.filter(({ effect }) => effect === "Allow"),
        denies: entries.filter(({ effect }) => effect === "Deny"),
      };
    });
  }
}

function grantsOf({ policy, statement, used }: Counted): Grant[] {
  const { name, effect, actions, resources, condition } = statement;
  return actions.flatMap(({ text: action }, i) =>
    resources.map(({ text: resource }, j) => ({
      policy,
      statement: name,
      effect,
      action,
      resource,
      ...(condition && { condition }),
      used: used[i]![j]!,
    })),
  );
}
