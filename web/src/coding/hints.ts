import { language } from "../messages/catalogue";

/** What a note could say more exactly (`nlp/icd10/hints.toml`), in Spanish: questions and what they rest on. */
const SPANISH: Readonly<Record<string, string>> = {
  "Diabetes: what complications does it have, if any?":
    "Diabetes: ¿qué complicaciones tiene, si las hay?",
  "Diabetes: how good is the control?": "Diabetes: ¿cómo es el control?",
  "Diabetes: what is it treated with?": "Diabetes: ¿con qué se trata?",
  "Chronic kidney disease: which stage?": "Enfermedad renal crónica: ¿qué estadio?",
  "Chronic kidney disease, stage 3: which part of the stage, by the latest filtration rate?":
    "Enfermedad renal crónica, estadio 3: ¿qué parte del estadio, según el último filtrado glomerular?",
  "Heart failure: which type, and what course?":
    "Insuficiencia cardíaca: ¿de qué tipo y con qué evolución?",
  "Asthma: how severe and how frequent is it, and how is it now?":
    "Asma: ¿qué gravedad y qué frecuencia tiene, y cómo está ahora?",
  "Lung disease: what is the smoking status?": "Enfermedad pulmonar: ¿cuál es el hábito tabáquico?",
  "Depression: which episode is it, and how strong is it now?":
    "Depresión: ¿qué episodio es y qué intensidad tiene ahora?",
  "Obesity: what is the body mass index?": "Obesidad: ¿cuál es el índice de masa corporal?",
  "Anemia: what is known of its type and cause?": "Anemia: ¿qué se sabe de su tipo y de su causa?",
  "Atrial fibrillation: which type?": "Fibrilación auricular: ¿de qué tipo?",
  "How long has it lasted?": "¿Cuánto tiempo ha durado?",
  "Abdominal pain: where is it?": "Dolor abdominal: ¿dónde se localiza?",
  "Injury: how and where did it happen?": "Lesión: ¿cómo y dónde ocurrió?",
  "Tobacco: which product, and how much?": "Tabaco: ¿qué producto y en qué cantidad?",
  "Allergy: what was the reaction?": "Alergia: ¿cuál fue la reacción?",
  "When should the patient be seen again?": "¿Cuándo debe volver el paciente a consulta?",
  "good practice; no code depends on it": "buena práctica; ningún código depende de ello",
  "list note at J44 and J45 (use additional code)":
    "nota de la lista en J44 y J45 (úsese un código adicional)",
};
const SIDE = /^“(.+)”: which side\?$/;

/** A question or a guideline of a hint in the language of the interface; the note's own words in it stay. */
export function hintInWords(text: string): string {
  if (language.value !== "es") return text;
  const subject = SIDE.exec(text)?.[1];
  return subject === undefined ? (SPANISH[text] ?? text) : `«${subject}»: ¿de qué lado?`;
}
