/** A value that others may refer to before it is there. `sst` may run on a Node.js without `Promise.withResolvers`. */
export function later<T>() {
  let resolve!: (value: $util.Input<T>) => void;
  const value = $util.output(
    new Promise<$util.Input<T>>((given) => {
      resolve = given;
    }),
  );
  return { value: value as $util.Output<T>, resolve };
}
