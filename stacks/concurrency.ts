import { options } from "./names";
import { needed, QUOTA, RESERVED, tooFew } from "./reserved";

let room: $util.Output<boolean> | undefined;

/**
 * What a function reserves. Nothing in an account that allows too few: there the deployment would fail. Nor for
 * `sst dev`, where many developers share one.
 */
export function concurrency(name: string) {
  const own = RESERVED[name];
  if (own === undefined || $dev || !options().reserve) return undefined;
  room ??= $util.output(aws.servicequotas.getServiceQuota(QUOTA)).apply(({ value }) => {
    const least = needed(options());
    const fit = value >= least;
    if (!fit) console.warn(tooFew(value, least));
    return fit;
  });
  return room.apply((fit) => (fit ? { reserved: own } : {}));
}
