# The Seldon protocol, version 1.

seldon_predict <- function(model, name, message) {
  input <- read_seldon(message)
  output <- stats::predict(model, newdata = input$frame)
  rows <- plain(output)
  names <- lapply(column_names(output), jsonlite::unbox)
  data <- if (input$form == "tensor") tensor_of(rows, names) else NULL
  if (is.null(data)) data <- list(names = names, ndarray = rows)
  path <- stats::setNames(list(jsonlite::unbox("bedel")), name)
  list(data = data, meta = list(requestPath = path))
}

read_seldon <- function(message) {
  data <- message$data
  if (!is.list(data) || is.null(names(data))) {
    bad_data("Send {\"data\": {\"names\": [...], \"ndarray\": [[...]]}}; other forms are not served for R.")
  }
  if (!is.null(data$ndarray)) return(list(form = "ndarray", frame = rows_to_frame(data$ndarray, data$names)))
  if (!is.null(data$tensor)) return(list(form = "tensor", frame = rows_to_frame(read_tensor(data$tensor), data$names)))
  bad_data("data must hold ndarray or tensor; other forms are not served here.")
}

read_tensor <- function(tensor) {
  shape <- suppressWarnings(as.numeric(unlist(tensor$shape)))
  if (length(shape) != 2 || anyNA(shape) || any(shape < 1) || any(shape != floor(shape)) || !is.list(tensor$values)) {
    bad_data("tensor must hold a shape of two whole numbers and a list values.")
  }
  split_rows(tensor$values, shape)
}

# A flat list in row-major order as rows.
split_rows <- function(values, shape) {
  if (length(values) != prod(shape)) bad_data("The shape needs ", prod(shape), " values, ", length(values), " came.")
  lapply(seq_len(shape[1]), function(row) values[(row - 1) * shape[2] + seq_len(shape[2])])
}

# Seldon's tensor holds numbers only; NULL sends the answer as ndarray.
tensor_of <- function(rows, names) {
  shape <- shape_of(rows)
  leaves <- leaves_of(rows)
  numeric <- all(vapply(leaves, function(leaf) is.null(leaf) || is.numeric(leaf), logical(1)))
  if (!numeric || length(leaves) != prod(shape)) return(NULL)
  list(names = names, tensor = list(shape = shape, values = leaves))
}

shape_of <- function(rows) {
  if (length(rows) > 0 && is.list(rows[[1]])) c(length(rows), length(rows[[1]])) else length(rows)
}

leaves_of <- function(rows) {
  if (length(rows) > 0 && is.list(rows[[1]])) unlist(rows, recursive = FALSE) else rows
}

# A table's own column names; else t:0, t:1, … as Seldon does; none for a plain vector.
column_names <- function(output) {
  if (is.null(dim(output))) return(list())
  names <- colnames(output)
  as.list(if (is.null(names)) paste0("t:", seq_len(ncol(output)) - 1L) else names)
}
