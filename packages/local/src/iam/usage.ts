import type { Role } from "@dropclip/synth/cloud";
import type { Compiled, IamRequest } from "./policy.ts";
import { applies } from "./policy.ts";

/** One action on one resource that a policy of a role grants, as the policy writes both. */
export interface Grant {
  policy: string;
  action: string;
  resource: string;
  /** Requests of this run that were allowed and that this grant covers. */
  used: number;
}

export interface RoleUsage {
  /** ARN. */
  role: string;
  granted: Grant[];
}

interface Counted {
  statement: Compiled;
  /** By action, then by resource. */
  used: number[][];
}

/** Counts what of a role's grants is used, in memory. */
export class Usage {
  readonly #roles = new Map<string, { role: Role; counted: Counted[]; names: Map<Compiled, string> }>();

  add(role: Role, statements: { policy: string; statement: Compiled }[]) {
    const grants = statements.filter(({ statement }) => statement.effect === "Allow");
    this.#roles.set(role.arn, {
      role,
      names: new Map(grants.map(({ policy, statement }) => [statement, policy])),
      counted: grants.map(({ statement }) => ({
        statement,
        used: statement.actions.map(() => statement.resources.map(() => 0)),
      })),
    });
  }

  /** Counts an allowed request for every grant that covers it: any of them alone would have done. */
  count(roleArn: string, request: IamRequest) {
    for (const { statement, used } of this.#roles.get(roleArn)?.counted ?? []) {
      if (!applies(statement, request)) continue;
      statement.actions.forEach(({ test }, action) => {
        if (!test(request.action)) return;
        statement.resources.forEach((entry, resource) => {
          if (entry.test(request.resource, request.context)) used[action]![resource]!++;
        });
      });
    }
  }

  report(): RoleUsage[] {
    return [...this.#roles.values()].map(({ role, counted, names }) => ({
      role: role.arn,
      granted: counted.flatMap(({ statement, used }) =>
        statement.actions.flatMap(({ text: action }, i) =>
          statement.resources.map(({ text: resource }, j) => ({
            policy: names.get(statement)!,
            action,
            resource,
            used: used[i]![j]!,
          })),
        ),
      ),
    }));
  }
}
