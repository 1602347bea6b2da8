"""What public pages say, in the languages that the footer of a mail has: the reader's, not ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PublicWords:
    """All sentences in one language. {by} is the organization, {said} an answer, {when} a time."""

    language: str
    stop_ask: str
    stop_button: str
    stop_hint: str
    stopped: str
    stopped_hint: str
    undo_hint: str
    undo_button: str
    undone: str
    say: str
    say_button: str
    say_hint: str
    noted: str
    you_said: str
    you_said_then: str
    change_hint: str
    instead: str
    over: str
    over_hint: str
    preview: str
    preview_hint: str
    broken: str
    broken_hint: str
    too_often: str
    later: str


EN = PublicWords(
    language="en",
    stop_ask="Get no more mail from {by}?",
    stop_button="Get no more mail",
    stop_hint="Nothing changes until you press the button.",
    stopped="You get no more mail from {by}.",
    stopped_hint="This counts from now on, also for mail that is already planned.",
    undo_hint="Was that a mistake?",
    undo_button="Go on sending me mail",
    undone="You go on getting mail from {by}.",
    say="You say to {by}:",
    say_button="Send this answer",
    say_hint="Nothing is sent until you press the button.",
    noted="Thank you, noted.",
    you_said="You said: {said}",
    you_said_then="So far you have said: {said} ({when})",
    change_hint="You can change it: open another link in the same message. The last answer counts.",
    instead="With the button, this answer takes its place.",
    over="This can no longer be answered here.",
    over_hint="Please write to whoever sent you the message.",
    preview="This is a link in a preview.",
    preview_hint="It does nothing. In the message that goes out it will work.",
    broken="This link does not work.",
    broken_hint="Perhaps a part of it is missing. Open it in the message once more, or reply to "
    "the message.",
    too_often="That was a lot at once.",
    later="Please try again later.",
)

DE = PublicWords(
    language="de",
    stop_ask="Keine Mails mehr von {by}?",
    stop_button="Keine Mails mehr bekommen",
    stop_hint="Es ändert sich nichts, bis Sie auf den Knopf drücken.",
    stopped="Sie bekommen keine Mails mehr von {by}.",
    stopped_hint="Das gilt ab jetzt, auch für Mails, die schon geplant sind.",
    undo_hint="War das ein Versehen?",
    undo_button="Weiter Mails bekommen",
    undone="Sie bekommen weiter Mails von {by}.",
    say="Ihre Antwort an {by}:",
    say_button="Antwort abschicken",
    say_hint="Es wird nichts abgeschickt, bis Sie auf den Knopf drücken.",
    noted="Danke, ist notiert.",
    you_said="Ihre Antwort: {said}",
    you_said_then="Ihre Antwort bisher: {said} ({when})",
    change_hint="Sie können sie ändern: Öffnen Sie einen anderen Link in derselben Nachricht. Die "
    "letzte Antwort gilt.",
    instead="Mit dem Knopf tritt diese Antwort an ihre Stelle.",
    over="Darauf kann man hier nicht mehr antworten.",
    over_hint="Bitte schreiben Sie dem Absender der Nachricht.",
    preview="Das ist ein Link in einer Vorschau.",
    preview_hint="Er bewirkt nichts. In der verschickten Nachricht geht er.",
    broken="Dieser Link geht nicht.",
    broken_hint="Vielleicht fehlt ein Teil davon. Öffnen Sie ihn noch einmal in der Nachricht, "
    "oder antworten Sie auf die Nachricht.",
    too_often="Das war viel auf einmal.",
    later="Bitte versuchen Sie es später noch einmal.",
)

ES = PublicWords(
    language="es",
    stop_ask="¿No recibir más correos de {by}?",
    stop_button="No recibir más correos",
    stop_hint="Nada cambia hasta que pulse el botón.",
    stopped="Ya no recibirá correos de {by}.",
    stopped_hint="Vale desde ahora, también para los correos que ya están previstos.",
    undo_hint="¿Fue un error?",
    undo_button="Seguir recibiendo correos",
    undone="Seguirá recibiendo correos de {by}.",
    say="Su respuesta a {by}:",
    say_button="Enviar esta respuesta",
    say_hint="No se envía nada hasta que pulse el botón.",
    noted="Gracias, queda anotado.",
    you_said="Su respuesta: {said}",
    you_said_then="Su respuesta hasta ahora: {said} ({when})",
    change_hint="Puede cambiarla: abra otro enlace del mismo mensaje. Vale la última respuesta.",
    instead="Con el botón, esta respuesta la reemplaza.",
    over="Ya no se puede responder aquí.",
    over_hint="Escriba a quien le envió el mensaje.",
    preview="Este es un enlace de una vista previa.",
    preview_hint="No hace nada. En el mensaje enviado funcionará.",
    broken="Este enlace no funciona.",
    broken_hint="Quizá falta una parte. Ábralo otra vez en el mensaje, o responda al mensaje.",
    too_often="Fueron demasiadas veces seguidas.",
    later="Inténtelo de nuevo más tarde.",
)

FR = PublicWords(
    language="fr",
    stop_ask="Ne plus recevoir de messages de {by} ?",
    stop_button="Ne plus recevoir de messages",
    stop_hint="Rien ne change tant que vous n’appuyez pas sur le bouton.",
    stopped="Vous ne recevrez plus de messages de {by}.",
    stopped_hint="C’est valable dès maintenant, aussi pour les messages déjà prévus.",
    undo_hint="Était-ce une erreur ?",
    undo_button="Continuer à recevoir les messages",
    undone="Vous continuez à recevoir les messages de {by}.",
    say="Votre réponse à {by} :",
    say_button="Envoyer cette réponse",
    say_hint="Rien n’est envoyé tant que vous n’appuyez pas sur le bouton.",
    noted="Merci, c’est noté.",
    you_said="Votre réponse : {said}",
    you_said_then="Votre réponse jusqu’ici : {said} ({when})",
    change_hint="Vous pouvez la changer : ouvrez un autre lien du même message. La dernière "
    "réponse compte.",
    instead="Avec le bouton, cette réponse la remplace.",
    over="On ne peut plus répondre ici.",
    over_hint="Écrivez à la personne qui vous a envoyé le message.",
    preview="Ce lien vient d’un aperçu.",
    preview_hint="Il ne fait rien. Dans le message envoyé, il marchera.",
    broken="Ce lien ne marche pas.",
    broken_hint="Il en manque peut-être une partie. Ouvrez-le encore une fois dans le message, ou "
    "répondez au message.",
    too_often="Cela fait beaucoup d’un coup.",
    later="Réessayez plus tard.",
)

AR = PublicWords(
    language="ar",
    stop_ask="هل تريد إيقاف رسائل {by}؟",
    stop_button="إيقاف الرسائل",
    stop_hint="لن يتغير شيء حتى تضغط على الزر.",
    stopped="لن تصلك رسائل من {by} بعد الآن.",
    stopped_hint="يسري هذا من الآن، حتى على الرسائل التي جرى إعدادها.",
    undo_hint="هل كان ذلك خطأ؟",
    undo_button="متابعة استلام الرسائل",
    undone="ستستمر في استلام رسائل {by}.",
    say="إجابتك إلى {by}:",
    say_button="إرسال هذه الإجابة",
    say_hint="لن يُرسل شيء حتى تضغط على الزر.",
    noted="شكرًا، تم التسجيل.",
    you_said="إجابتك: {said}",
    you_said_then="إجابتك حتى الآن: {said} ({when})",
    change_hint="يمكنك تغييرها: افتح رابطًا آخر في الرسالة نفسها. الإجابة الأخيرة هي المعتمدة.",
    instead="عند الضغط على الزر تحل هذه الإجابة محلها.",
    over="لم يعد بالإمكان الإجابة هنا.",
    over_hint="يرجى الكتابة إلى من أرسل إليك الرسالة.",
    preview="هذا رابط في معاينة.",
    preview_hint="لا يفعل شيئًا. سيعمل في الرسالة المرسلة.",
    broken="هذا الرابط لا يعمل.",
    broken_hint="ربما ينقص جزء منه. افتحه مرة أخرى من الرسالة، أو أجب على الرسالة.",
    too_often="محاولات كثيرة دفعة واحدة.",
    later="يرجى المحاولة لاحقًا.",
)

_ALL: Mapping[str, PublicWords] = {words.language: words for words in (AR, DE, EN, ES, FR)}
_LONGEST = 200
"""Characters of a browser's list of languages that are looked at."""


def words_in(*wanted: str) -> PublicWords:
    """The words in the first of the wanted languages that there are; English otherwise.

    Each may be one language, "es-MX", or a browser's list of them, "fr-CH, fr;q=0.9, en;q=0.8".
    """
    for text in wanted:
        for each in text[:_LONGEST].split(","):
            code = each.partition(";")[0].strip().lower().replace("_", "-").partition("-")[0]
            if code in _ALL:
                return _ALL[code]
    return EN
