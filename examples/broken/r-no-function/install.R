install.packages("rpart")
