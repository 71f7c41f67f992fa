# Between JSON and what R models take and give.

parse_json <- function(raw) {
  text <- rawToChar(raw)
  Encoding(text) <- "UTF-8"
  if (!validUTF8(text)) bad_data("The body is not UTF-8.")
  # jsonlite takes a text that looks like an address or a file name for one; only an object is wanted here.
  if (!grepl("^[[:space:]]*\\{", text)) bad_data("The body is not a JSON object.")
  tryCatch(
    jsonlite::parse_json(text, simplifyVector = FALSE),
    error = function(e) bad_data("The body is not valid JSON: ", first_line(conditionMessage(e)))
  )
}

first_line <- function(text) substr(strsplit(text, "\n", fixed = TRUE)[[1]][1], 1, 300)

# Rows (a list of lists) as a data frame; null is NA, and a column that holds any text is text.
rows_to_frame <- function(rows, names) {
  if (!is.list(rows) || length(rows) == 0) bad_data("The rows must be a list with at least one row.")
  if (!is.list(rows[[1]])) rows <- list(rows)
  width <- length(rows[[1]])
  for (index in seq_along(rows)) {
    if (!is.list(rows[[index]]) || length(rows[[index]]) != width) {
      bad_data("Row ", index - 1L, " has not as many values as row 0.")
    }
  }
  columns <- lapply(seq_len(width), function(column) column_of(rows, column))
  frame <- as.data.frame(columns, stringsAsFactors = FALSE, col.names = paste0("V", seq_len(width)))
  if (length(names) > 0) {
    if (length(names) != width) bad_data("There are ", length(names), " names for ", width, " columns.")
    colnames(frame) <- unlist(names)
  }
  frame
}

column_of <- function(rows, column) {
  unlist(lapply(rows, function(row) {
    value <- row[[column]]
    if (is.null(value)) return(NA)
    if (is.list(value) || length(value) != 1) bad_data("Every value must be a number, a text, true, false or null.")
    value
  }))
}

# What a model answered as rows of plain values; numbers that JSON does not know become null.
plain <- function(value) {
  if (is.factor(value)) value <- as.character(value)
  if (is.data.frame(value)) {
    value[] <- lapply(value, function(column) if (is.factor(column)) as.character(column) else column)
    return(lapply(seq_len(nrow(value)), function(row) lapply(unname(as.list(value[row, , drop = FALSE])), scalar)))
  }
  if (is.matrix(value)) {
    return(lapply(seq_len(nrow(value)), function(row) lapply(unname(value[row, ]), scalar)))
  }
  if (is.atomic(value)) return(lapply(unname(as.list(value)), scalar))
  if (is.list(value)) return(lapply(value, plain))
  stop("an answer of class ", class(value)[1], " cannot be sent as JSON")
}

scalar <- function(value) {
  if (length(value) != 1 || is.na(value) || (is.numeric(value) && !is.finite(value))) return(NULL)
  jsonlite::unbox(value)
}

# `digits = NA` keeps every digit that leads back to the same double.
to_json <- function(value) {
  jsonlite::toJSON(value, null = "null", na = "null", digits = NA, auto_unbox = FALSE)
}
