# The Seldon S2I layout of a bundle, and the model object it makes.

read_layout <- function(directory, name) {
  variables <- read_variables(file.path(directory, ".s2i", "environment"))
  if (name == "") name <- variable(variables, "MODEL_NAME", "")
  if (!grepl("^[A-Za-z][A-Za-z0-9_.]*$", name)) {
    stop_start(EXIT$bad_layout, ".s2i/environment has no usable line MODEL_NAME=<name of the .R file>.")
  }
  if (toupper(variable(variables, "SERVICE_TYPE", "MODEL")) != "MODEL") {
    stop_start(EXIT$bad_layout, "only SERVICE_TYPE=MODEL is served here.")
  }
  if (!grepl("REST", toupper(variable(variables, "API_TYPE", "REST")), fixed = TRUE)) {
    stop_start(EXIT$bad_layout, "only API_TYPE=REST is served here.")
  }
  if (length(variables) > 0) do.call(Sys.setenv, as.list(variables))
  file <- file.path(directory, paste0(name, ".R"))
  if (!file.exists(file)) stop_start(EXIT$no_file, paste0("there is no file ", name, ".R in the bundle."))
  list(directory = directory, name = name, file = file)
}

# Lines NAME=value; blank lines and # comments do not count.
read_variables <- function(path) {
  if (!file.exists(path)) return(character())
  lines <- trimws(readLines(path, n = 1000L, warn = FALSE))
  lines <- lines[grepl("^[A-Za-z_][A-Za-z0-9_]*[ ]*=", lines)]
  values <- gsub("^[\"']|[\"']$", "", trimws(sub("^[^=]*=", "", lines)))
  stats::setNames(values, trimws(sub("=.*$", "", lines)))
}

variable <- function(variables, name, default) {
  if (name %in% names(variables)) variables[[name]] else default
}

load_model <- function(layout) {
  tryCatch(
    sys.source(layout$file, envir = globalenv(), chdir = FALSE),
    error = function(e) {
      stop_start(EXIT$not_sourced, paste0(layout$name, ".R cannot be sourced: ", conditionMessage(e)))
    }
  )
  if (!exists("initialise_seldon", globalenv(), mode = "function")) {
    stop_start(EXIT$no_function, paste0(layout$name, ".R defines no function initialise_seldon(params)."))
  }
  model <- tryCatch(
    get("initialise_seldon", globalenv())(parameters()),
    error = function(e) {
      stop_start(EXIT$not_loaded, paste("the model failed while it was loaded:", conditionMessage(e)))
    }
  )
  if (!has_predict(model)) {
    stop_start(EXIT$no_predict, paste0("there is no function predict.", class(model)[1], "(model, newdata)."))
  }
  model
}

# Seldon's PREDICTIVE_UNIT_PARAMETERS: a JSON list of {name, value, type}.
parameters <- function() {
  text <- Sys.getenv("PREDICTIVE_UNIT_PARAMETERS", "[]")
  entries <- jsonlite::fromJSON(if (nzchar(text)) text else "[]", simplifyVector = FALSE)
  casts <- list(INT = as.integer, FLOAT = as.numeric, DOUBLE = as.numeric, STRING = as.character, BOOL = as.logical)
  values <- lapply(entries, function(entry) casts[[entry$type]](entry$value))
  stats::setNames(values, vapply(entries, function(entry) entry$name, ""))
}

has_predict <- function(model) {
  any(vapply(class(model), function(name) {
    !is.null(utils::getS3method("predict", name, optional = TRUE, envir = globalenv()))
  }, logical(1)))
}
