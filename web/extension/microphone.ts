import { catalogue } from "../src/messages/catalogue";

const t = catalogue(
  {
    asking: "Please allow the microphone for Sidenote.",
    allowed: "The microphone is allowed. You can close this tab.",
    denied: "The microphone is not allowed. Allow it in the address bar, then reload this tab.",
  },
  {
    asking: "Permita el micrófono a Sidenote, por favor.",
    allowed: "El micrófono está permitido. Puede cerrar esta pestaña.",
    denied: "El micrófono no está permitido. Permítalo en la barra de direcciones y recargue.",
  },
);

/** Asks once for the microphone, in a tab, because a side panel cannot show the question. */
const place = document.getElementById("app");

async function ask(): Promise<void> {
  if (!place) return;
  place.textContent = t("asking");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    stream.getTracks().forEach((track) => track.stop());
    place.textContent = t("allowed");
  } catch {
    place.textContent = t("denied");
  }
}

void ask();
