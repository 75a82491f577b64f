import { catalogue } from "../messages/catalogue";

/** The words of one's own account. */
export const t = catalogue(
  {
    title: "Your account",
    "factor.title": "Second factor",
    "factor.required":
      "This server asks everybody for a second factor. Set one up; everything else opens then.",
    "factor.off": "Signing in takes your password only.",
    "factor.says":
      "With an authenticator on your telephone, signing in takes a code of six digits as well.",
    "factor.begin": "Set up an authenticator",
    "factor.scan": "Scan this with your authenticator.",
    "factor.qr": "QR code for your authenticator. The next step has the same as text.",
    "factor.type": "Or type this key into it. It is shown only now:",
    "factor.enter": "Enter the code that the authenticator shows.",
    "factor.code": "Code of your authenticator",
    "factor.confirm": "Confirm",
    "factor.on": "On: signing in takes your password and a code.",
    "factor.lost":
      "If you lose the telephone, an administrator takes the second factor away, and you set up another.",
    "factor.remove": "Take the second factor away",
    "password.title": "Password",
    "password.old": "Present password",
    "password.new": "New password, at least 8 characters",
    "password.change": "Change the password",
    "password.changed": "Changed. Your other sessions ended.",
  },
  {
    title: "Su cuenta",
    "factor.title": "Segundo factor",
    "factor.required":
      "Este servidor pide a todos un segundo factor. Configure uno; entonces se abre lo demás.",
    "factor.off": "Para iniciar sesión basta su contraseña.",
    "factor.says":
      "Con un autenticador en su teléfono, iniciar sesión pide además un código de seis cifras.",
    "factor.begin": "Configurar un autenticador",
    "factor.scan": "Escanee esto con su autenticador.",
    "factor.qr": "Código QR para su autenticador. El paso siguiente tiene lo mismo como texto.",
    "factor.type": "O escriba en él esta clave. Solo se muestra ahora:",
    "factor.enter": "Introduzca el código que muestra el autenticador.",
    "factor.code": "Código de su autenticador",
    "factor.confirm": "Confirmar",
    "factor.on": "Activado: iniciar sesión pide su contraseña y un código.",
    "factor.lost":
      "Si pierde el teléfono, un administrador quita el segundo factor y usted configura otro.",
    "factor.remove": "Quitar el segundo factor",
    "password.title": "Contraseña",
    "password.old": "Contraseña actual",
    "password.new": "Contraseña nueva, de 8 caracteres como mínimo",
    "password.change": "Cambiar la contraseña",
    "password.changed": "Cambiada. Sus otras sesiones terminaron.",
  },
);
