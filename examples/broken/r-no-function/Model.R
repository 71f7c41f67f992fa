# Trains a model, but offers no initialise_seldon(params).
library(rpart)

model <- rpart(Species ~ ., iris)
