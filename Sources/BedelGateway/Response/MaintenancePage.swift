/// What a person's browser shows of something that is closed for maintenance. The gateway knows nobody's language, so
/// it says it in both of the house.
enum MaintenancePage {
    /// - Parameter message: in the words of whoever closed it; may be empty.
    static func html(_ message: String, requestID: String, escape: (String) -> String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Maintenance · Mantenimiento</title>
        <style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;color:#212529}
        h1{font-size:1.6rem}footer{margin-top:3rem;font-size:.85rem;color:#6c757d}</style></head>
        <body><h1>Closed for maintenance</h1>\(message.isEmpty ? "" : "<p><strong>\(escape(message))</strong></p>")
        <p>Try again later; nothing of yours is lost.</p>
        <section lang="es"><h1>Cerrado por mantenimiento</h1>
        <p>Vuelve a intentarlo más tarde; no se pierde nada de lo tuyo.</p></section>
        <footer>503 · request \(escape(requestID))</footer></body></html>

        """
    }
}
