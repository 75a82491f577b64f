import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { catalogue } from "../src/messages/catalogue";
import { Mark } from "../src/views/mark";

const t = catalogue(
  {
    says: "Where does your clinic's Sidenote server run?",
    address: "Address",
    connect: "Connect",
    microphone: "Allow the microphone",
    bad: "This is no address of a server. It begins with https://, or http:// on this machine.",
    refused: "Without this permission the panel cannot reach the server.",
    unreachable: "No Sidenote server answers there.",
  },
  {
    says: "¿Dónde está el servidor de Sidenote de su clínica?",
    address: "Dirección",
    connect: "Conectar",
    microphone: "Permitir el micrófono",
    bad: "No es la dirección de un servidor. Empieza por https://, o por http:// en este equipo.",
    refused: "Sin este permiso el panel no puede llegar al servidor.",
    unreachable: "Allí no responde ningún servidor de Sidenote.",
  },
);

/** Shown once: which server, and the microphone, which a side panel itself cannot ask for. */
export function Connect(): JSX.Element {
  const problem = useSignal<Parameters<typeof t>[0] | null>(null);
  const connect = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    problem.value = await tryServer(form.get("server") as string);
    if (problem.value === null) location.reload();
  };
  return (
    <main class="signin">
      <form class="card" onSubmit={connect}>
        <h1 class="brand large">
          <Mark /> Sidenote
        </h1>
        <label>
          {t("says")}
          <input name="server" type="url" required placeholder="https://sidenote.example.org" />
        </label>
        {problem.value !== null && (
          <p class="problem" role="alert">
            {t(problem.value)}
          </p>
        )}
        <button
          type="button"
          onClick={() => void chrome.tabs.create({ url: chrome.runtime.getURL("microphone.html") })}
        >
          {t("microphone")}
        </button>
        <button class="primary">{t("connect")}</button>
      </form>
    </main>
  );
}

/** Remember the server when it answers; otherwise say what is wrong. */
async function tryServer(address: string): Promise<Parameters<typeof t>[0] | null> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const local = url !== null && ["127.0.0.1", "localhost"].includes(url.hostname);
  if (!url || (url.protocol !== "https:" && !(local && url.protocol === "http:"))) return "bad";
  if (!local && !(await chrome.permissions.request({ origins: [`${url.origin}/*`] })))
    return "refused";
  try {
    if (!(await fetch(`${url.origin}/healthz`)).ok) return "unreachable";
  } catch {
    return "unreachable";
  }
  localStorage.setItem("sidenote.server", url.origin);
  return null;
}
