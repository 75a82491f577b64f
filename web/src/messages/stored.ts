import { language } from "./catalogue";

/** Why a code is rejected. Stored with the visit in English, whatever the language of the interface. */
export const REJECTIONS = [
  "Not assessed today",
  "Another code fits better",
  "Not supported by the visit",
] as const;

/** Why a code is changed for another one, when the coder says nothing else. */
export const NAMED_OTHERWISE = "The note names it more exactly";

/** What is stored in English, in Spanish: reasons of the gate, of the recogniser's filters, and of rejections. */
export const STORED: Readonly<Record<string, string>> = {
  "cites no turn": "no cita ningún turno",
  "cites a turn that does not exist": "cita un turno que no existe",
  "contains a word that was not said in the cited turns":
    "contiene una palabra que no se dijo en los turnos citados",
  "states a number that was not said in the cited turns":
    "da un número que no se dijo en los turnos citados",
  "joins a number to another unit than was said": "une un número a otra unidad que la dicha",
  "gives a dose that differs from the one understood": "da una dosis distinta de la entendida",
  "gives a dose of something that is not a known drug":
    "da una dosis de algo que no es un fármaco conocido",
  "names another side than was said": "nombra otro lado que el dicho",
  "names a day, date or time that was not said":
    "nombra un día, una fecha o una hora que no se dijo",
  "says the opposite of what was said": "dice lo contrario de lo que se dijo",
  "was answered with doubt or with an exception": "se contestó con duda o con una excepción",
  "is about somebody else": "trata de otra persona",
  "states what was only a possibility": "afirma lo que solo era una posibilidad",
  "rests on the other speaker's words": "se apoya en las palabras de la otra persona",
  "rests on words addressed to the software": "se apoya en palabras dirigidas al programa",
  "typed by the clinician and not found in the visit":
    "lo escribió el profesional y no está en la consulta",
  repetition: "repetición",
  "speech without words": "voz sin palabras",
  "no voice in the sound": "no hay voz en el sonido",
  "echo of the chart's terms": "eco de los términos de la historia",
  "Not assessed today": "No se valoró hoy",
  "Another code fits better": "Otro código encaja mejor",
  "Not supported by the visit": "La consulta no lo respalda",
  [NAMED_OTHERWISE]: "La nota lo nombra con más exactitud",
};

/** A stored text in the language of the interface; what a person typed stays as it is. */
export function inWords(stored: string): string {
  return language.value === "es" ? (STORED[stored] ?? stored) : stored;
}
