# Every address the model answers at, and the one place where failures become answers.

BODY_LIMIT <- 16 * 1024 * 1024
PREDICTIONS <- c("/api/v1.0/predictions", "/api/v0.1/predictions", "/predict")

# Called before a body is read: what is too large is never taken in.
refuse_early <- function(request) {
  length <- suppressWarnings(as.numeric(request$HTTP_CONTENT_LENGTH))
  if (isTRUE(length > BODY_LIMIT)) return(failure(413L, "TOO_LARGE", "The body is larger than 16 MiB."))
  NULL
}

answer <- function(request, model, name) {
  tryCatch(
    reply(200L, route(request$REQUEST_METHOD, request$PATH_INFO, body_of(request), model, name)),
    refused = function(e) failure(e$status, e$reason, conditionMessage(e)),
    error = function(e) {
      call <- conditionCall(e)
      where <- if (is.null(call)) "" else paste0(" in ", first_line(deparse(call)[1]))
      say("prediction failed", where, ": ", conditionMessage(e))
      failure(500L, "MICROSERVICE_INTERNAL_ERROR", paste("The model failed:", first_line(conditionMessage(e))))
    }
  )
}

body_of <- function(request) {
  body <- request$rook.input$read()
  if (length(body) > BODY_LIMIT) refuse(413L, "TOO_LARGE", "The body is larger than 16 MiB.")
  body
}

route <- function(method, path, body, model, name) {
  if (path %in% PREDICTIONS) {
    allow(method, "POST")
    return(seldon_predict(model, name, parse_json(body)))
  }
  fixed <- fixed_answer(path)
  if (!is.null(fixed)) {
    allow(method, "GET")
    return(fixed)
  }
  parts <- regmatches(path, regexec("^/v2/models/([^/]+)(?:/versions/[^/]+)?(/ready|/infer)?$", path, perl = TRUE))[[1]]
  if (length(parts) == 0) refuse(404L, "NOT_FOUND", paste0("There is nothing at ", substr(path, 1, 100), "."))
  v2_route(method, parts[2], parts[3], body, model)
}

fixed_answer <- function(path) {
  yes <- jsonlite::unbox(TRUE)
  switch(path,
    "/health/ping" = list(status = jsonlite::unbox("ok")),
    "/health/status" = list(data = list(names = list(), ndarray = list())),
    "/metadata" = structure(list(), names = character()),
    "/v2" = list(name = jsonlite::unbox("bedel-r"), version = jsonlite::unbox("1"), extensions = list()),
    "/v2/health/live" = list(live = yes),
    "/v2/health/ready" = list(ready = yes),
    NULL)
}

v2_route <- function(method, name, verb, body, model) {
  if (verb == "/infer") {
    allow(method, "POST")
    return(v2_infer(model, name, parse_json(body)))
  }
  allow(method, "GET")
  if (verb == "/ready") return(list(name = jsonlite::unbox(name), ready = jsonlite::unbox(TRUE)))
  v2_metadata(name)
}

allow <- function(method, wanted) {
  if (method != wanted) refuse(405L, "METHOD_NOT_ALLOWED", paste0("Use ", wanted, " here."))
}

# Seldon's shape of a failure.
failure <- function(status, reason, info) {
  fields <- lapply(list(code = status, info = info, reason = reason, status = "FAILURE"), jsonlite::unbox)
  reply(status, list(status = fields))
}

reply <- function(status, value) {
  list(status = status, headers = list("Content-Type" = "application/json", "X-Content-Type-Options" = "nosniff"),
       body = as.character(to_json(value)))
}
