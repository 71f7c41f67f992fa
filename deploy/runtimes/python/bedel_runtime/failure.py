"""Why a model does not come up. The runner turns the exit codes into messages; they never change their meaning."""

BAD_LAYOUT = 64
NO_FILE = 65
NO_CLASS = 66
NOT_IMPORTABLE = 67
NOT_LOADED = 68
NO_PREDICT = 69
NO_SOCKET = 70


class Failure(Exception):
    def __init__(self, exit_code, message):
        super().__init__(message)
        self.exit_code = exit_code


class RequestError(Exception):
    """A request that is refused: HTTP status, a reason for programs, a sentence for people."""

    def __init__(self, status, reason, message):
        super().__init__(message)
        self.status = status
        self.reason = reason
