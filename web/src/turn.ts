/**
 * Gives back a function that runs actions one after the other, in the order in which they were asked for: what was
 * chosen last is what stands at last, however fast one chooses.
 */
export function inTurn(): <T>(action: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const next = last.then(action);
    last = next.catch(() => undefined);
    return next;
  };
}
