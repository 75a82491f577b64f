/** The service worker: opens the panel, and the unseen document in which recording goes on without it. */

void chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });

let opening: Promise<void> | null = null;

async function open(): Promise<void> {
  if (await chrome.offscreen.hasDocument()) return;
  opening ??= chrome.offscreen
    .createDocument({
      url: "offscreen.html",
      reasons: ["USER_MEDIA"],
      justification: "Recording a visit goes on when the panel is closed.",
    })
    .finally(() => (opening = null));
  await opening;
}

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (message !== "open recorder") return false;
  void open().then(() => answer("open"));
  return true;
});
