import { catalogue } from "./catalogue";
import { en } from "./en";
import { es } from "./es";

/** The messages of the shell and the visit. Other parts of the page make a catalogue of their own. */
export const t = catalogue(en, es);
export { language } from "./catalogue";
export { LANGUAGES, type Language } from "./fill";
