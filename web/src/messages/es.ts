import type { en } from "./en";

/** Spanish. */
export const es: { [Key in keyof typeof en]: string } = {
  "page.visits": "Consultas",
  "page.loading": "Cargando",
  "page.unknown": "Esta página no existe.",
  "page.forbidden": "Su función no abre esta página.",
  "page.failed": "No se pudo cargar esta página. {problem}",
  "page.again": "Reintentar",

  "header.recording": "Grabando {time}. Volver a la consulta",
  "header.stopFirst": "Detenga primero la grabación",
  "header.signOut": "Cerrar sesión",
  "header.pages": "Páginas",

  "preferences.title": "Ajustes",
  "preferences.theme": "Colores",
  "preferences.language": "Idioma",
  "preferences.motion": "Movimiento",
  "preferences.hear": "Oír la consulta al hacer clic en una frase",
  "preferences.sounds": "Sonidos al empezar, al parar y si se corta la línea",
  "theme.auto": "Como el sistema",
  "theme.light": "Claro",
  "theme.dark": "Oscuro",
  "theme.contrast": "Alto contraste",
  "motion.auto": "Como el sistema",
  "motion.reduced": "Reducido",

  "keys.title": "Teclado",
  "keys.close": "Cerrar",
  "keys.change": "Cambiar la tecla de «{action}»",
  "keys.press": "Pulse la tecla nueva, o Escape para dejarla",
  "keys.taken": "«{key}» ya es la tecla de «{action}».",
  "keys.reset": "Restablecer todas las teclas",
  "keys.on": "Atajos de teclado activos",
  "keys.help": "Mostrar el mapa del teclado",
  "keys.none": "ninguna",
  "keys.everywhere": "En todas partes",

  "doubt.rejected": "No se escribió: «{text}» ({reason}).",
  "doubt.listed":
    "Aquí consta «{text}»; también se oyó «{other}». Escuche antes de confiar en ello.",
  "doubt.sounds_like": "«{text}» suena como {other}, que está en la historia.",
  "doubt.play": "Escuchar de nuevo en {time}",
  "doubt.stop": "Dejar de escuchar en {time}",
};
