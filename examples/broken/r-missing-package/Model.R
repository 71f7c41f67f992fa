# Sound by itself; it asks for a package that is not there.
predict.constant <- function(object, newdata = list(), ...) rep("neg", nrow(newdata))

initialise_seldon <- function(params) structure(list(), class = "constant")
