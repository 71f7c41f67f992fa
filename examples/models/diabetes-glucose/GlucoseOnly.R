# Diabetes from one question about one measurement: what the full tree has to beat.
library(rpart)

new_glucose_only <- function(file) {
  structure(list(stump = readRDS(file)), class = "glucose_only")
}

predict.glucose_only <- function(model, newdata = list(), ...) {
  as.character(predict(model$stump, newdata = newdata, type = "class"))
}

initialise_seldon <- function(params) {
  new_glucose_only("stump.rds")
}
