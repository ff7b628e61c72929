"""The pay page's words in English and Spanish; the stand-in has no other part that speaks."""

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Payment",
        "stand_in": "Test stand-in, no real money",
        "stand_in_more": "This page plays the payment provider. Never type a real card here.",
        "to_pay": "To pay",
        "lines": "What you pay for",
        "quantity": "Quantity",
        "email": "E-mail",
        "name": "Name on the card",
        "card": "Card number",
        "expiry": "Valid until",
        "cvc": "Security code",
        "pay": "Pay {amount}",
        "donate": "Give {amount}",
        "cancel": "Cancel and go back",
        "debit": "Bank debit",
        "debit_hint": "The money arrives later, or the bank refuses it later.",
        "debit_ok": "Bank debit that arrives",
        "debit_fails": "Bank debit that bounces",
        "cards": "Test cards",
        "second_step": "Your bank asks you to confirm",
        "second_step_hint": "This page plays your bank.",
        "confirm": "Confirm the payment",
        "refuse": "Do not confirm",
        "paid": "This payment is complete.",
        "processing": "This payment is on its way.",
        "closed": "This payment page has expired. Nothing was paid.",
        "onward": "Continue",
        "back": "Go back",
        "unknown": "There is no such payment page.",
        "succeeds": "succeeds",
        "declined": "is declined",
        "no_funds": "is declined: insufficient funds",
        "expired_card": "is declined: expired",
        "needs_step": "asks for a second step",
        "disputed": "succeeds, is disputed later",
        "refund_fails": "succeeds, a refund fails later",
        "error": "Not paid",
        "not_taken": "Not taken",
        "plans": "Your regular payments",
        "each_month": "each month",
        "each_year": "each year",
        "new_card": "Another card",
        "new_card_do": "Use this card",
        "new_card_done": "The new card is kept.",
        "end": "End this regular payment?",
        "end_do": "End it",
        "ended": "The regular payment has ended.",
        "portal_over": "This page has closed. Go back and open it again.",
    },
    "es": {
        "title": "Pago",
        "stand_in": "Simulador de pruebas, sin dinero real",
        "stand_in_more": "Esta página hace de proveedor de pagos. No escriba una tarjeta real.",
        "to_pay": "A pagar",
        "lines": "Lo que paga",
        "quantity": "Cantidad",
        "email": "Correo electrónico",
        "name": "Nombre en la tarjeta",
        "card": "Número de tarjeta",
        "expiry": "Válida hasta",
        "cvc": "Código de seguridad",
        "pay": "Pagar {amount}",
        "donate": "Donar {amount}",
        "cancel": "Cancelar y volver",
        "debit": "Débito bancario",
        "debit_hint": "El dinero llega más tarde, o el banco lo rechaza más tarde.",
        "debit_ok": "Débito bancario que llega",
        "debit_fails": "Débito bancario que se devuelve",
        "cards": "Tarjetas de prueba",
        "second_step": "Su banco le pide que confirme",
        "second_step_hint": "Esta página hace de su banco.",
        "confirm": "Confirmar el pago",
        "refuse": "No confirmar",
        "paid": "Este pago está completo.",
        "processing": "Este pago está en camino.",
        "closed": "Esta página de pago ha caducado. No se ha pagado nada.",
        "onward": "Continuar",
        "back": "Volver",
        "unknown": "Esta página de pago no existe.",
        "succeeds": "se acepta",
        "declined": "se rechaza",
        "no_funds": "se rechaza: fondos insuficientes",
        "expired_card": "se rechaza: caducada",
        "needs_step": "pide un segundo paso",
        "disputed": "se acepta, después se disputa",
        "refund_fails": "se acepta, un reembolso falla después",
        "error": "Sin pagar",
        "not_taken": "No aceptada",
        "plans": "Sus pagos periódicos",
        "each_month": "cada mes",
        "each_year": "cada año",
        "new_card": "Otra tarjeta",
        "new_card_do": "Usar esta tarjeta",
        "new_card_done": "La tarjeta nueva queda guardada.",
        "end": "¿Terminar este pago periódico?",
        "end_do": "Terminarlo",
        "ended": "El pago periódico ha terminado.",
        "portal_over": "Esta página se ha cerrado. Vuelva y ábrala de nuevo.",
    },
}
REFUSALS = {
    "en": {},
    "es": {
        "card_declined": "Su tarjeta ha sido rechazada.",
        "insufficient_funds": "Su tarjeta no tiene fondos suficientes.",
        "expired_card": "Su tarjeta ha caducado.",
        "incorrect_cvc": "El código de seguridad de su tarjeta es incorrecto.",
        "incorrect_number": "El número de su tarjeta es incorrecto.",
        "processing_error": (
            "Hubo un error al procesar su tarjeta. Inténtelo de nuevo en un momento."
        ),
        "authentication_failure": (
            "No hemos podido confirmar su forma de pago. Elija otra e inténtelo de nuevo."
        ),
        "email_invalid": "Escriba su correo electrónico completo.",
    },
}
CARDS = (
    ("4242 4242 4242 4242", "succeeds"),
    ("4000 0000 0000 0002", "declined"),
    ("4000 0000 0000 9995", "no_funds"),
    ("4000 0000 0000 0069", "expired_card"),
    ("4000 0027 6000 3184", "needs_step"),
    ("4000 0000 0000 0259", "disputed"),
    ("4000 0000 0000 5126", "refund_fails"),
)


def language_of(locale: str | None, *, accepted: str) -> str:
    """Return `en` or `es`: the session's locale, else the browser's first known language."""
    wanted = [locale] if locale and locale != "auto" else accepted.replace(";", ",").split(",")
    for entry in wanted:
        short = entry.strip()[:2].lower()
        if short in TEXTS:
            return short
    return "en"


def refusal(message: str, *, codes: tuple[str, ...], language: str) -> str:
    """Return a refusal in the page's language, by the most telling of its codes."""
    known = REFUSALS[language]
    return next((known[code] for code in codes if code in known), message)
