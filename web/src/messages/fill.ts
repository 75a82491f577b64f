export const LANGUAGES = { en: "English", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;
export type Values = Record<string, string | number>;

/** A message with its values. */
export function fill(message: string, values: Values, locale: Language): string {
  const [one = "", other] = message.split("|");
  const { n } = values;
  const single = other === undefined || new Intl.PluralRules(locale).select(Number(n)) === "one";
  return (single ? one : other).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}
