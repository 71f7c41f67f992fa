/// The words that spreadsheets use for columns and roles, in English and Spanish.
enum RosterWords {
    enum Column: Hashable { case login, email, role, other }

    static func column(_ header: String) -> Column {
        switch plain(header) {
        case "login", "user", "username", "user name", "user id", "userid", "account", "usuario", "nombre de usuario",
            "id de usuario", "cuenta":
            .login
        case "email", "e-mail", "mail", "email address", "correo", "correo electronico", "direccion de correo",
            "direccion email", "direccion de correo electronico":
            .email
        case "role", "rol", "papel", "perfil", "funcion": .role
        default: .other
        }
    }

    static func role(_ text: String) -> Role? {
        switch plain(text) {
        case "student", "estudiante", "alumno", "alumna", "alumno/a", "alumnado": .student
        case "assistant", "teaching assistant", "ta", "asistente", "ayudante": .assistant
        case "teacher", "professor", "profesor", "profesora", "profesor/a", "docente": .teacher
        case "consumer", "consumidor", "consumidora": .consumer
        default: nil
        }
    }

    /// Lower case, without accents.
    private static func plain(_ text: String) -> String {
        let accents: [Character: Character] = ["á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u", "ü": "u"]
        return String(text.lowercased().map { accents[$0] ?? $0 })
    }
}
