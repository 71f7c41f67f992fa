# Diabetes (pos or neg) from eight measurements: a pruned classification tree.
library(methods)
library(rpart)

new_diabetes_tree <- function(file) {
  structure(list(tree = readRDS(file)), class = "diabetes_tree")
}

predict.diabetes_tree <- function(object, newdata = list(), ...) {
  predict(object$tree, newdata = newdata, type = "class")
}

initialise_seldon <- function(params) {
  new_diabetes_tree("model.rds")
}
