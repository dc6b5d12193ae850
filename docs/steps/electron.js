/* The window of stage 3 as a desktop program: electron docs/steps/electron.js [HOST...] */
const {app, dialog, shell, session, BrowserWindow} = require("electron");
const {spawn} = require("child_process");
const path = require("path");

const program = path.join(__dirname, "..", "..", "stage3", "gui");
let window = null;
let gui = null;

/* Ends with one sentence, as the programs in C do. */
function fail(sentence) {
  dialog.showErrorBox("Chat", sentence);
  app.exit(1);
}

/* Shows the page at `address`, and nothing else: what is not from there opens in the browser. */
function show(address) {
  const {origin} = new URL(address);
  const elsewhere = url => {
    if (/^https?:$/.test(new URL(url).protocol)) shell.openExternal(url); /* no file:, no smb: */
  };

  session.defaultSession.setPermissionRequestHandler((contents, permission, answer, details) =>
    answer(permission === "notifications" && new URL(details.requestingUrl).origin === origin));
  window = new BrowserWindow({
    width: 1100, height: 760,
    webPreferences: {nodeIntegration: false, contextIsolation: true, sandbox: true, webviewTag: false},
  });
  window.webContents.setWindowOpenHandler(({url}) => {
    elsewhere(url);
    return {action: "deny"};
  });
  window.webContents.on("will-navigate", (event, url) => {
    if (new URL(url).origin === origin) return;
    event.preventDefault();
    elsewhere(url);
  });
  window.on("closed", () => { window = null; });
  window.loadURL(address);
}

/* Starts stage3/gui, which does all the rest, and waits for the line with its address. */
function start() {
  let said = "";
  gui = spawn(program, ["--no-open", "-w", "0", ...process.argv.slice(2)]);
  gui.on("error", () => fail(`${program} cannot be started: build it with make stage3.`));
  gui.stderr.on("data", text => { said += text; });
  gui.on("exit", status => fail(said || `stage3/gui ended with ${status}.`));
  let printed = "";
  gui.stdout.on("data", function read(text) {
    printed += text; /* a line may come in pieces */
    const found = /(http:\S+)\n/.exec(printed);
    if (!found) return;
    gui.stdout.off("data", read).resume();
    show(found[1]);
  });
}

if (app.requestSingleInstanceLock()) {
  app.on("second-instance", () => { if (window) window.focus(); });
  app.on("window-all-closed", () => app.quit());
  app.on("will-quit", () => {
    if (!gui) return;
    gui.removeAllListeners("exit"); /* from here on its end is what we want */
    gui.kill();
  });
  app.whenReady().then(start);
} else {
  app.quit();
}
