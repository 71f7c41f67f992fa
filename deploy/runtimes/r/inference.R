# The Open Inference Protocol, version 2 (REST): one tensor is the table, several are its columns.

DATATYPES <- c("BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32",
               "FP64", "BYTES")

v2_metadata <- function(name) {
  list(name = jsonlite::unbox(name), versions = list(), platform = jsonlite::unbox("seldon-r"), inputs = list(),
       outputs = list())
}

v2_infer <- function(model, name, message) {
  if (!is.list(message$inputs) || length(message$inputs) == 0 || !is.null(names(message$inputs))) {
    bad_data("Send {\"inputs\": [{\"name\": \"x\", \"shape\": [1, 2], \"datatype\": \"FP64\", \"data\": [1, 2]}]}.")
  }
  tensors <- lapply(message$inputs, read_input)
  rows <- plain(stats::predict(model, newdata = v2_frame(tensors)))
  leaves <- leaves_of(rows)
  output <- list(name = jsonlite::unbox("predict"), shape = shape_of(rows),
                 datatype = jsonlite::unbox(datatype(leaves)), data = leaves)
  result <- list(model_name = jsonlite::unbox(name), outputs = list(output))
  if (is.character(message$id)) result$id <- jsonlite::unbox(message$id)
  result
}

read_input <- function(tensor) {
  if (!is.list(tensor) || !is.character(tensor$name)) bad_data("Every input needs a name.")
  if (!isTRUE(tensor$datatype %in% DATATYPES)) bad_data("Input ", tensor$name, ": the datatype is not known.")
  shape <- suppressWarnings(as.numeric(unlist(tensor$shape)))
  if (!length(shape) %in% 1:2 || anyNA(shape) || any(shape < 1) || any(shape != floor(shape)) || !is.list(tensor$data)) {
    bad_data("Input ", tensor$name, ": shape (one or two whole numbers) and data are needed.")
  }
  if (length(shape) == 1) shape <- c(shape, 1)
  list(name = tensor$name, rows = split_rows(flatten(tensor$data), shape))
}

flatten <- function(values) {
  if (!any(vapply(values, is.list, logical(1)))) return(values)
  flatten(unlist(lapply(values, function(value) if (is.list(value)) value else list(value)), recursive = FALSE))
}

v2_frame <- function(tensors) {
  if (length(tensors) == 1) return(rows_to_frame(tensors[[1]]$rows, list()))
  heights <- vapply(tensors, function(tensor) length(tensor$rows), 1L)
  if (length(unique(heights)) != 1) bad_data("The inputs are not equally long.")
  if (any(vapply(tensors, function(tensor) length(tensor$rows[[1]]) != 1, logical(1)))) {
    bad_data("With several inputs, each is one column.")
  }
  rows <- lapply(seq_len(heights[1]), function(row) lapply(tensors, function(tensor) tensor$rows[[row]][[1]]))
  rows_to_frame(rows, lapply(tensors, function(tensor) tensor$name))
}

datatype <- function(leaves) {
  present <- Filter(Negate(is.null), leaves)
  if (any(vapply(present, is.character, logical(1)))) return("BYTES")
  if (length(present) > 0 && all(vapply(present, is.logical, logical(1)))) return("BOOL")
  if (length(present) > 0 && all(vapply(present, is.integer, logical(1)))) return("INT64")
  "FP64"
}
