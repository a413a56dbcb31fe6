import { Reference } from "@dropclip/synth/authorization/reference";
import type { Role } from "@dropclip/synth/cloud";
import type { Xml } from "../../../protocol/xml.ts";
import { date, type IamState, type Job, noSuch, type Operation, page, required } from "../context.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html */
export const getServiceLastAccessedDetails: Operation = (state, parameters, { principal }) => {
  const { world, jobs, roles } = state;
  world.authorize(principal, "iam:GetServiceLastAccessedDetails", "*");
  const id = required(parameters, "JobId");
  const job = jobs.get(id);
  const role = roles.find(({ arn }) => arn === job?.arn);
  if (!job || !role) throw noSuch(`The job ${id} cannot be found.`);
  const { items, rest } = page(parameters, servicesOf(role, job, state));
  return {
    JobStatus: "COMPLETED",
    JobType: job.granularity,
    JobCreationDate: date(job.createdMs),
    ServicesLastAccessed: { member: items },
    JobCompletionDate: date(job.createdMs),
    ...rest,
  };
};

/** Each service that the role's policies allow something of, by its prefix. */
function servicesOf(role: Role, { granularity }: Job, state: IamState): Xml[] {
  const granted = role.policies
    .flatMap(({ document }) => document.Statement)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => [Action ?? []].flat())
    .flatMap((pattern) => Reference.matching(pattern));
  const services = [...new Set(granted.map(({ service }) => service))].sort();
  return services.map((service) => {
    const uses = state.lastUse.of(role.arn).filter((use) => use.action.startsWith(`${service}:`));
    const last = uses.at(-1);
    const names = granted.filter((one) => one.service === service).map(({ name }) => name);
    return {
      ServiceName: Reference.serviceName(service),
      ServiceNamespace: service,
      ...(last && {
        LastAuthenticated: date(last.atMs),
        LastAuthenticatedEntity: role.arn,
        LastAuthenticatedRegion: state.world.region,
      }),
      TotalAuthenticatedEntities: last ? 1 : 0,
      ...(granularity === "ACTION_LEVEL" && {
        TrackedActionsLastAccessed: {
          member: [...new Set(names)].sort().map((name) => {
            const use = uses.find(({ action }) => action === name.toLowerCase());
            return {
              ActionName: name.slice(service.length + 1),
              ...(use && {
                LastAccessedEntity: role.arn,
                LastAccessedTime: date(use.atMs),
                LastAccessedRegion: state.world.region,
              }),
            };
          }),
        },
      }),
    };
  });
}
