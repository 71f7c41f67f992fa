# Serves one Seldon-style R model on a Unix socket.
#
#   Rscript --vanilla serve.R --bundle=DIR --socket=PATH [--model=NAME]
#
# The bundle defines `initialise_seldon(params)` in NAME.R and an S3 method `predict` for what it returns. The exit
# codes mean the same as those of the Python runtime (python/bedel_runtime/failure.py).

here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
for (part in c("failure.R", "layout.R", "values.R", "seldon.R", "inference.R", "routes.R")) {
  source(file.path(here, part), local = FALSE, keep.source = FALSE)
}

argument <- function(name) {
  prefix <- paste0("--", name, "=")
  found <- commandArgs(TRUE)[startsWith(commandArgs(TRUE), prefix)]
  if (length(found) == 0) "" else substring(found[1], nchar(prefix) + 1)
}

main <- function() {
  for (package in c("httpuv", "jsonlite")) {
    if (!requireNamespace(package, quietly = TRUE)) {
      stop_start(EXIT$not_loaded, paste0("the R package ", package, " is not installed on this machine."))
    }
  }
  layout <- read_layout(normalizePath(argument("bundle")), argument("model"))
  setwd(layout$directory)
  model <- load_model(layout)
  app <- list(call = function(request) answer(request, model, layout$name), onHeaders = refuse_early)
  tryCatch(
    httpuv::startPipeServer(argument("socket"), strtoi("077", 8L), app),
    error = function(e) stop_start(EXIT$no_socket, paste("cannot listen on the socket:", conditionMessage(e)))
  )
  say(layout$name, " is ready")
  repeat httpuv::service(1000)
}

main()
