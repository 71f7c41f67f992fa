# Why a model does not come up, and how a request is refused.

EXIT <- list(bad_layout = 64L, no_file = 65L, no_function = 66L, not_sourced = 67L, not_loaded = 68L, no_predict = 69L,
             no_socket = 70L)

say <- function(...) {
  cat("bedel: ", ..., "\n", sep = "", file = stderr())
  flush(stderr())
}

stop_start <- function(code, text) {
  say(text)
  quit(save = "no", status = code, runLast = FALSE)
}

# A condition of class "refused": HTTP status, a reason for programs, a sentence for people.
refuse <- function(status, reason, text) {
  stop(structure(list(message = text, status = status, reason = reason, call = NULL),
                 class = c("refused", "error", "condition")))
}

bad_data <- function(...) refuse(400L, "MICROSERVICE_BAD_DATA", paste0(...))
