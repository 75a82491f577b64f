import type { CodeView } from "./wire.gen";

/** The codes with one replaced, or added at the end. */
export function withCode(codes: CodeView[], code: CodeView): CodeView[] {
  return codes.some((each) => each.code === code.code)
    ? codes.map((each) => (each.code === code.code ? code : each))
    : [...codes, code];
}

/** The codes with `old` refused for `reason`, and another accepted in its place, as the server does it. */
export function exchanged(
  codes: CodeView[],
  old: CodeView,
  to: CodeView,
  reason: string,
): CodeView[] {
  const evidence = to.evidence.length > 0 ? to.evidence : old.evidence;
  return codes
    .filter(({ code }) => code !== to.code)
    .flatMap((each) =>
      each.code === old.code
        ? [
            { ...to, evidence, decision: "accepted" as const },
            { ...each, decision: "rejected" as const, decision_reason: reason },
          ]
        : [each],
    );
}

/** The codes with some as they were `before`: a decision about them was not taken. */
export function restored(codes: CodeView[], before: CodeView[], named: string[]): CodeView[] {
  const old = before.filter(({ code }) => named.includes(code));
  const rest = codes.filter(
    ({ code }) => !named.includes(code) || old.some((o) => o.code === code),
  );
  return old.reduce(withCode, rest);
}
